import Execution
import FileReader
import Ledger
import UsageModel

// The readers of a run, and what there is for them.
extension Engine {
    /// A reader of each source, in the order of the configuration.
    func readers(
        _ stages: Stages, _ ledger: LedgerWriter, _ connections: ServiceConnections, until stop: StopRequest,
        board: ProgressBoard
    ) async throws -> [any SourceReader] {
        let opening = opening(connections)
        var readers: [any SourceReader] = []
        for source in configuration.sources {
            let name = source.name
            readers.append(
                try await source.reader(
                    opening, resume: { () throws(SourceError) in try await ledger.states(of: name) },
                    ledger: CommittedPartitions { (prefixes) throws(SourceError) in
                        try await ledger.states(of: name, startingWith: prefixes)
                    },
                    selection: selection(in: name, stages, until: stop, board: board)))
        }
        return readers
    }

    /// All readers together keep at most 512 files open, and leave half of what the process may have to the ledger.
    private func opening(_ connections: ServiceConnections) -> SourceOpening {
        let (start, clock) = (clock.now, clock)
        var opening = SourceOpening(connections: connections, now: now) { clock.now - start }
        opening.batchBytes = options.batchBytes
        opening.follows = !options.extent.isBounded
        opening.pollInterval = options.pollInterval
        opening.ends = if case .archive = options.extent { .archive } else { .live }
        opening.maximumOpenFiles = max(1, min(512, OpenFileLimit.raise() / 2) / configuration.sources.count)
        return opening
    }

    /// Which partitions of a source are read; `nil` for all.
    private func selection(
        in source: String, _ stages: Stages, until stop: StopRequest, board: ProgressBoard
    ) -> PartitionSelection? {
        guard case .archive(let period?) = options.extent else { return nil }
        let finder = stages.finder(of: period, in: source)
        return PartitionSelection(
            // A stop ends the looking at once; what then comes is not taken.
            isWanted: { stop.isRequested || finder.hasEvent(in: $0) },
            left: { bytes in board.update { $0.leavePartition(of: bytes) } })
    }
}

// What a reader is told of the ledger; what it throws is a reader's error.
extension LedgerWriter {
    fileprivate nonisolated func states(of source: String) async throws(SourceError) -> [PartitionState] {
        do throws(LedgerError) {
            return try await partitions(of: source)
        } catch { throw SourceError(source: source, message: error.description) }
    }

    fileprivate nonisolated func states(
        of source: String, startingWith prefixes: [ByteString]
    ) async throws(SourceError) -> [[PartitionState]] {
        do throws(LedgerError) {
            return try await partitions(of: source, startingWith: prefixes)
        } catch { throw SourceError(source: source, message: error.description) }
    }
}
