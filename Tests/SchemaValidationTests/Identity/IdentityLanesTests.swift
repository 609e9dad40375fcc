import Testing
import UsageModel

@testable import SchemaValidation

@Suite("Identities side by side")
struct IdentityLanesTests {
    private static let key = Array(UInt8(100)..<116)

    @Test("Each event gets the digest of the definition, however many there are and however long", arguments: 0..<20)
    func sameAsAlone(rows count: Int) {
        var random = SplitMix64(state: UInt64(count))
        var lanes = IdentityLanes(key: SipHash128(key: IdentityLanesTests.key))
        var columns = RowColumns()
        var expected: [Digest128] = []
        // The lanes of one turn hold what those of the turn before left there.
        for turn in 0..<20 {
            for _ in 0..<count {
                let source = text(random.below(turn % 2 == 0 ? 56 : 8), &random)
                let id = text(random.below(56 - source.count), &random)
                #expect(IdentityLanes.takes(source: source.count, id: id.count))
                expected.append(digest(source, id))
                add(source, id, to: &lanes, &columns)
            }
            lanes.finish(in: &columns)
        }
        #expect(identities(of: columns) == expected)
    }

    @Test("So does an event that is longer than a lane, among others")
    func longer() {
        var random = SplitMix64(state: 7)
        var lanes = IdentityLanes(key: SipHash128(key: IdentityLanesTests.key))
        var columns = RowColumns()
        var expected: [Digest128] = []
        for _ in 0..<1_000 {
            let (source, id) = (text(random.below(80), &random), text(random.below(80), &random))
            expected.append(digest(source, id))
            add(source, id, to: &lanes, &columns)
        }
        lanes.finish(in: &columns)
        #expect(identities(of: columns) == expected)
    }

    @Test("What is longer than a lane is not taken")
    func tooLong() {
        #expect(IdentityLanes.takes(source: 20, id: 35))
        #expect(!IdentityLanes.takes(source: 20, id: 36))
        #expect(!IdentityLanes.takes(source: 1 << 20, id: 0))
    }

    private func text(_ count: Int, _ random: inout SplitMix64) -> [UInt8] {
        (0..<count).map { _ in UInt8(random.below(256)) }
    }

    /// By the definition.
    private func digest(_ source: [UInt8], _ id: [UInt8]) -> Digest128 {
        let length = (0..<8).map { UInt8(truncatingIfNeeded: source.count >> ($0 * 8)) }
        return SlowSipHash.digest(length + source + id, key: IdentityLanesTests.key)
    }

    private func identities(of columns: consuming RowColumns) -> [Digest128] {
        var batch = EventBatch(records: Batches.lines([[UInt8]]()), digest: .none)
        columns.move(into: &batch)
        return batch.identity
    }

    private func add(_ source: [UInt8], _ id: [UInt8], to lanes: inout IdentityLanes, _ columns: inout RowColumns) {
        columns.append(
            record: 0, time: Timestamp(nanoseconds: 0), type: 0,
            subject: ByteSlice(offset: 0, length: 0), identity: Digest128(high: 0, low: 0), content: 0)
        // What stands behind is not zeros, and must not count.
        let behind = [UInt8](repeating: 0xFF, count: 16)
        unsafe (source + behind).withUnsafeBufferPointer { one in
            unsafe (id + behind).withUnsafeBufferPointer { other in
                unsafe lanes.add(
                    columns.count - 1, source: UnsafeBufferPointer(rebasing: one[..<source.count]),
                    id: UnsafeBufferPointer(rebasing: other[..<id.count]), to: &columns)
            }
        }
    }
}
