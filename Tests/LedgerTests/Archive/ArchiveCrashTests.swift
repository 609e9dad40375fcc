import Testing
import UsageModel

@testable import Ledger

@Suite("Archives through crashes")
struct ArchiveCrashTests {
    /// An archive on a simulated disk beside a list of commits, which stands for a ledger.
    private struct Life {
        let disk: SimulatedDisk
        /// The batches of the commits that came after their blocks: these must be there.
        var committed: [RecordBatch] = []
        /// How often the next range was begun: each time it has other bytes.
        var attempts = 0
        var commits = 0

        var directory: ArchiveDirectory { ArchiveDirectory(path: "/archive", disk: disk) }

        init(seed: UInt64) {
            disk = SimulatedDisk(seed: seed)
        }

        /// Commits until the power fails.
        mutating func run() throws {
            var files = try ArchiveFiles(directory, of: TemporaryArchive.ledger, keep: nil, fileBytes: 6_000)
            while true {
                attempts += 1
                // The same ranges again with other bytes, so that a left-over cannot pass for what was committed.
                let batches = (0..<3).map { part in
                    let first = attempts * 100 + part * 20
                    var batch = RecordBatch.lines(first..<first + 20, from: UInt64(commits * 10 + part) * 1_000)
                    batch.range.end = .byte(UInt64(commits * 10 + part) * 1_000 + 999)
                    return batch
                }
                try files.append(batches, seconds: Int64(attempts))
                // The blocks are durable: now the frame is, or is not.
                committed += batches
                commits += 1
            }
        }
    }

    @Test("Ended at any change of a disk that loses, tears and reorders, every commit is in the archive as it was")
    func ends() async throws {
        var (ends, commits, broken) = (0, 0, 0)
        for seed in 0..<300 as Range<UInt64> {
            var life = Life(seed: seed)
            var generator = SplitMix64(seed: seed)
            for _ in 0..<6 {
                life.disk.failPower(after: Int.random(in: 0..<20, using: &generator))
                do {
                    try life.run()
                } catch let error as LedgerError where error == SimulatedDisk.powerFailure {}
                life.disk.restart(after: Bool.random(using: &generator) ? .kill : .powerFailure)
                let ranges = ArchivedRanges(life.directory, of: TemporaryArchive.ledger)
                broken += try ranges.index().faults.isEmpty ? 0 : 1
                var reader = ArchiveRangeReader(ranges)
                for batch in life.committed {
                    #expect(try await reader.read(batch.committed).isSame(as: batch), "seed \(seed)")
                }
                ends += 1
            }
            commits += life.commits
        }
        print("archives: \(ends) ends, \(commits) commits, \(broken) times something broken was left")
        // Otherwise it would have met nothing.
        #expect(commits > ends && broken > ends / 20)
    }
}
