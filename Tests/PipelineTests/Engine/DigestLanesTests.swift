import Crypto
import Testing
import UsageModel

@testable import Pipeline

@Suite("The digests of batches, side by side")
struct DigestLanesTests {
    private static func batch(_ count: Int, _ random: inout some RandomNumberGenerator) -> RecordBatch {
        // What stands behind the contents belongs to no digest.
        var bytes = [UInt8](repeating: 0xEE, count: count + RecordBatch.padding)
        for index in 0..<count { bytes[index] = UInt8.random(in: .min ... .max, using: &random) }
        return RecordBatch(
            partition: Partition(source: "s", id: "p", descriptor: []),
            range: PositionRange(start: .byte(0), end: .byte(UInt64(count))), bytes: bytes, records: [])
    }

    private static func expected(_ batch: RecordBatch) -> [UInt8] {
        Array(SHA256.hash(data: batch.bytes.dropLast(RecordBatch.padding)))
    }

    @Test("Each batch has the SHA-256 of its own bytes, however many there are, of whatever lengths")
    func areThoseOfEach() {
        var random = SystemRandomNumberGenerator()
        // Around the ends of a block and of what its padding leaves; full lanes and nearly empty ones.
        let some: [[Int]] = [
            [], [0], [5], Array(0..<16), Array(48..<64), Array(56..<72), Array(112..<128), Array(120..<136),
            [Int](repeating: 0, count: 16), [Int](repeating: 64, count: 16), [Int](repeating: 4_096, count: 40),
            [100_000] + [Int](repeating: 3, count: 15), [Int](repeating: 100_000, count: 8) + [0, 1, 63],
        ]
        let more = (0..<200).map { _ in
            let longest = Int.random(in: 1...3_000, using: &random)
            return (0..<Int.random(in: 1...20, using: &random)).map { _ in Int.random(in: 0...longest, using: &random) }
        }
        for lengths in some + more {
            let batches = lengths.map { DigestLanesTests.batch($0, &random) }
            let digests = DigestLanes.digests(of: batches).map(\.bytes)
            #expect(digests == batches.map(DigestLanesTests.expected), "\(lengths)")
        }
    }

    @Test("A record that is too long keeps the digest that its reader worked out", arguments: [1, 16])
    func oversized(others: Int) {
        var random = SystemRandomNumberGenerator()
        var batches = (0..<others).map { _ in DigestLanesTests.batch(1_000, &random) }
        let digest = Digest256(bytes: [UInt8](repeating: 7, count: 32))
        batches[others / 2].oversized = RecordBatch.Oversized(length: 1 << 30, digest: digest)
        let digests = DigestLanes.digests(of: batches)
        #expect(digests[others / 2] == digest)
        for index in batches.indices where index != others / 2 {
            #expect(digests[index].bytes == DigestLanesTests.expected(batches[index]))
        }
    }

    @Test("Batches that are dealt together keep their order, and are as many as there are lanes, or some megabytes")
    func groups() {
        var random = SystemRandomNumberGenerator()
        var group = BatchGroup()
        var count = 0
        while !group.isFull {
            var batch = DigestLanesTests.batch(10, &random)
            batch.range = PositionRange(start: .byte(UInt64(count)), end: .byte(UInt64(count + 1)))
            group.add(batch)
            count += 1
        }
        #expect(count == DigestLanes.count)
        #expect(group.take().map(\.range.start) == (0..<UInt64(count)).map(Position.byte))
        #expect(group.isEmpty && !group.isFull)
        for _ in 0..<2 { group.add(DigestLanesTests.batch(2 << 20, &random)) }
        #expect(group.isFull)
    }
}
