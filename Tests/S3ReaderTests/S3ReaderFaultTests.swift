import Compression
import Foundation
import MemoryS3
import SourceConformance
import Synchronization
import Testing
import UsageModel

@testable import S3Reader

/// A bucket whose answers fail.
@Suite struct S3ReaderFaultTests {
    private static let kinds: [MemoryS3.Fault] = [
        .slowDown, .reset, .drop, .truncated, .wrongLength, .brokenXML, .errorInSuccess, .internalError,
    ]

    /// As many as the whole campaign has, where it is asked for.
    private static let runs = ProcessInfo.processInfo.environment["ODOMETER_FULL"] == nil ? 1_000 : 20_000

    @Test("Through faults of every kind and kills every event is given out once")
    func faults() async throws {
        for seed in 1...Self.runs {
            var random = Dice(seed: UInt64(seed))
            let fixture = BucketFixture()
            var expected: [[[UInt8]]] = []
            for object in 0..<6 {
                let lines = (0..<random.next(60)).map { Array("object \(object) line \($0) of run \(seed)".utf8) }
                if lines.isEmpty { continue }
                let bytes = Array(lines.map { $0 + [0x0A] }.joined())
                let kind = random.next(3) == 0 ? CompressionKind.allCases[random.next(3)] : nil
                fixture.store.put("logs/\(object)", kind.map { Compressed.bytes(bytes, $0) } ?? bytes)
                expected.append(lines)
            }
            fixture.store.state.withLock { state in
                state.pageLimit = 1 + random.next(5)
                state.faults = (0..<200).map { _ in
                    random.next(100) < 30 ? Self.kinds[random.next(Self.kinds.count)] : nil
                }
            }
            var (reading, committed) = (fixture.reading, fixture.reading)
            for _ in 0..<3 {
                // Killed: what was not committed is read again.
                var reader: any SourceReader = fixture.reader(
                    resume: committed.resume,
                    options: S3ReaderOptions(
                        batchBytes: 50 + random.next(2_000), partBytes: 100 + random.next(3_000),
                        maximumRequests: 1 + random.next(8), pageKeys: 1 + random.next(5)))
                reading = committed
                let batches = random.next(12)
                _ = try? await reading.drain(&reader, batches: batches)
                if random.next(2) == 0 { committed = reading }
            }
            var reader: any SourceReader = fixture.reader(resume: committed.resume, batchBytes: 400)
            reading = committed
            for _ in 0..<20 {
                do {
                    try await reading.drain(&reader)
                    break
                } catch is SourceError {}
            }
            try await reading.drain(&reader)
            try #require(reading.all == expected, "run \(seed)")
        }
    }

    @Test("A listing that fails for good is told, and what was found is read all the same")
    func listing() async throws {
        var harness = BucketHarness(S3ReaderOptions(pageKeys: 2, follows: true))
        for key in 0..<4 { harness.store.put("logs/\(key)", "\(key)\n") }
        // The second page fails each time.
        harness.store.failsListing(after: "logs/1")
        try await harness.drain()
        #expect(harness.reading.order.count == 2)
        #expect(harness.troubles.count == 1 && harness.troubles[0].contains("cannot list s3://usage/logs/"))
        harness.store.failsListing(after: nil)
        try await harness.pass()
        #expect(harness.reading.order.count == 4)
    }

    @Test("An object that may not be read is told, and the others go on; it is read when it may be")
    func denied() async throws {
        var harness = BucketHarness()
        for key in 0..<3 { harness.store.put("logs/\(key)", "\(key)\n") }
        harness.store.deny("logs/1")
        try await harness.drain()
        #expect(harness.reading.order.count == 2)
        #expect(harness.troubles.count == 1 && harness.troubles[0].contains("s3://usage/logs/1"))
        harness.store.deny(nil)
        try await harness.pass()
        #expect(harness.lines("1") == ["1"])
    }
}
