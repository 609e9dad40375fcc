import Testing
import UsageModel

/// A random life of a source and its readers: it grows, it is read in part, and the reader is killed, so that what was not
/// committed is read again.
struct SourceCrashes {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    private mutating func next(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 16) % bound
    }

    func check(_ make: () throws -> any SourceFixture) async throws {
        var random = self
        var fixture = try make()
        var expected: [Int: [[UInt8]]] = [:]
        var (reading, committed) = (fixture.reading, fixture.reading)
        var reader = try fixture.reader(resume: [], batchBytes: 500)
        for _ in 0..<40 {
            switch random.next(4) {
            case 0:
                let partition = random.next(4)
                let start = expected[partition]?.count ?? 0
                let records = SourcePromise.records(partition, start..<(start + 1 + random.next(30)))
                try await fixture.append(records, to: partition)
                expected[partition, default: []] += records
            case 1:
                reading = committed
                reader = try fixture.reader(resume: reading.resume, batchBytes: 300 + random.next(2_000))
            case 2:
                committed = reading
            default:
                try await reading.drain(&reader, batches: random.next(5))
            }
        }
        // What was under way ends with one call, and what has come since is read by the next.
        for _ in 0..<2 { try await reading.drain(&reader) }
        #expect(reading.all == expected.sorted { $0.key < $1.key }.map(\.value))
    }
}
