import Execution
import FileReader
import Ledger
import UsageModel

// The readers of a run, and what there is for them.
extension Engine {
    /// A reader of each source, in the order of the configuration.
    func readers(
        _ stages: Stages, _ ledger: LedgerWriter, until stop: StopRequest, board: ProgressBoard
    ) async throws -> [any SourceReader] {
        let ends: EndOfFileRule = if case .archive = options.extent { .archive } else { .live }
        let readerOptions = readerOptions()
        var readers: [any SourceReader] = []
        for source in configuration.sources {
            let resume = try await ledger.partitions(of: source.name)
            readers.append(
                try source.reader(
                    resume: resume, options: readerOptions, ends: ends, schedule: schedule,
                    selection: selection(in: source.name, stages, until: stop, board: board)))
        }
        return readers
    }

    /// All readers together keep at most 512 files open, and leave half of what the process may have to the ledger. Those that
    /// follow their files are fair between them.
    private func readerOptions() -> FileReaderOptions {
        let handles = min(512, OpenFileLimit.raise() / 2) / configuration.sources.count
        return FileReaderOptions(
            batchBytes: options.batchBytes, turnBytes: options.extent.isBounded ? nil : 8 * options.batchBytes,
            maximumOpenFiles: max(1, handles))
    }

    /// When those who follow their files look at all of them; in a bounded run each pass is over everything.
    private var schedule: ScanSchedule? {
        if options.extent.isBounded { return nil }
        let start = clock.now
        return ScanSchedule(interval: options.pollInterval) { clock.now - start }
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
