import MemoryS3
import SourceConformance
import Synchronization
import Testing
import UsageModel

@testable import S3Reader

/// A reader that follows a bucket, with a clock that a test moves and a ledger that it commits to.
struct BucketHarness {
    /// What a ledger would tell: what was committed, whenever a test says so.
    final class Ledger: Sendable {
        private let states = Mutex<[ByteString: PartitionState]>([:])
        private let lookups = Mutex(0)

        var count: Int { lookups.withLock { $0 } }

        func commit(_ reading: SourceReading) {
            states.withLock { states in for state in reading.resume { states[state.partition.id] = state } }
        }

        var partitions: CommittedPartitions {
            CommittedPartitions { prefixes in
                self.lookups.withLock { $0 += prefixes.count }
                return self.states.withLock { states in
                    prefixes.map { prefix in
                        states.values.filter { $0.partition.id.bytes.starts(with: prefix.bytes) }
                            .sorted { $0.partition.id < $1.partition.id }
                    }
                }
            }
        }
    }

    final class Clock: Sendable {
        let time = Mutex(Duration.zero)
        func advance(_ step: Duration) { time.withLock { $0 += step } }
        var now: Duration { time.withLock { $0 } }
    }

    let ledger = Ledger()
    let clock: Clock
    let fixture: BucketFixture
    var reader: any SourceReader
    var reading = SourceReading()
    var notices: [String] = []
    var troubles: [String] = []

    init(_ options: S3ReaderOptions = S3ReaderOptions(partBytes: 100, follows: true)) {
        let clock = Clock()
        let start: Int64 = 1_800_000_000_000_000_000
        self.clock = clock
        fixture = BucketFixture(store: MemoryS3(now: { Timestamp(nanoseconds: start + clock.now.nanoseconds) }))
        reader = fixture.reader(ledger: ledger.partitions, options: options, elapsed: { clock.now })
    }

    var store: MemoryS3 { fixture.store }

    /// Reads until there is nothing more now, and commits.
    mutating func drain() async throws {
        while true {
            do {
                try await reading.drain(&reader)
                break
            } catch let error as SourceError { troubles.append(error.message) }
        }
        notices += reading.notices
        reading.forgetNotices()
        ledger.commit(reading)
    }

    /// Lets the time to the next look pass, and reads.
    mutating func pass(after time: Duration = .seconds(10)) async throws {
        clock.advance(time)
        try await drain()
    }

    /// The records of each key, in the order of reading.
    func lines(_ key: String) -> [String] {
        reading.records.filter { S3Object.key(of: $0.key) == ByteString("logs/" + key) }
            .sorted { $0.key < $1.key }.flatMap { $0.value.map { String(decoding: $0, as: UTF8.self) } }
    }
}
