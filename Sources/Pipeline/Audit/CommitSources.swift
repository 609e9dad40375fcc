import Ledger
import UsageModel

/// The sources of a ledger as one task reads them again.
struct CommitSources {
    private var readers: [String: any RangeReader] = [:]

    /// Does what the readers begin ahead, beside the reading, until it is cancelled.
    func serve() async {
        await withDiscardingTaskGroup { group in
            for reader in readers.values { group.addTask { await reader.serve() } }
        }
    }

    /// - Parameters:
    ///   - configuration: that of today, which says where the sources lie.
    ///   - latest: how far each partition is committed.
    ///   - archive: reads what is kept for sources that forget.
    init(
        _ configuration: Configuration, _ connections: ServiceConnections, latest: [PartitionState],
        archive: (any RangeReader)?
    ) async throws {
        let states = Dictionary(grouping: latest) { ByteString($0.partition.source) }
        for source in configuration.sources {
            do throws(SourceError) {
                readers[source.name] = try await source.rangeReader(
                    connections, latest: states[ByteString(source.name)] ?? [])
            } catch { throw RunError(error.description) }
        }
        guard let archive else { return }
        // For all of them: what was kept of a source stays where it is kept no more, or has left the configuration.
        for name in Set(configuration.sources.map(\.name) + latest.map(\.partition.source)) {
            readers[name] = ArchivedRangeReader(readers[name], archive)
        }
    }

    /// Makes a commit again.
    /// - Parameters:
    ///   - body: called with each range as it is read, and the rows that count.
    /// - Throws: ``RunError`` where a source cannot be asked, so that nothing is known about it.
    mutating func replay(
        _ replay: inout CommitReplay,
        _ body: (AttributedBatch, [Int], CommittedRange) throws -> Void
    ) async throws {
        let ranges = replay.frame.commit.committedRanges
        for (name, ranges) in Dictionary(grouping: ranges, by: \.partition.source) { readers[name]?.expect(ranges) }
        var (group, numbers) = (BatchGroup(), [Int]())
        for (number, range) in ranges.enumerated() {
            try Task.checkCancellation()
            let name = range.partition.source
            guard var reader = readers[name] else {
                throw RunError(
                    "commit \(replay.frame.seq) is of source \(name), which cannot be read again: it is a stream without an"
                        + " archive, or the configuration does not have it any more")
            }
            do throws(RangeError) {
                var wanted = range
                wanted.commit = replay.frame.seq
                let records = try await reader.read(wanted)
                readers[name] = reader
                group.add(records)
                numbers.append(number)
                if !group.isFull { continue }
            } catch {
                readers[name] = reader
                // What is told of the ranges before comes first.
                try CommitSources.take(&group, &numbers, of: ranges, &replay, body)
                switch error {
                case .gone(let detail): replay.miss(range, .sourceGone, detail)
                case .changed(let detail): replay.miss(range, .sourceChanged, detail)
                case .failed(let detail): throw RunError(detail)
                }
            }
            try CommitSources.take(&group, &numbers, of: ranges, &replay, body)
        }
        try CommitSources.take(&group, &numbers, of: ranges, &replay, body)
    }

    private static func take(
        _ group: inout BatchGroup, _ numbers: inout [Int], of ranges: [CommittedRange], _ replay: inout CommitReplay,
        _ body: (AttributedBatch, [Int], CommittedRange) throws -> Void
    ) throws {
        let batches = group.take()
        for (number, (records, digest)) in zip(numbers, zip(batches, DigestLanes.digests(of: batches))) {
            let (batch, rows) = try replay.take(records, digest, ranges[number], number: number)
            try body(batch, rows, ranges[number])
        }
        numbers = []
    }
}
