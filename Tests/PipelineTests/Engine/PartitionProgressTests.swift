import Testing
import UsageModel

@testable import Pipeline

@Suite("Progress by partitions")
struct PartitionProgressTests {
    private static func lag(_ id: ByteString, _ bytes: UInt64, pending: UInt64 = 0) -> PartitionLag {
        let partition = Partition(source: "s", id: id, descriptor: [])
        return PartitionLag(
            state: PartitionState(partition: partition, position: .byte(0)), lagBytes: bytes, pendingBytes: pending)
    }

    private static func batch(_ id: ByteString, stored: UInt64, isLast: Bool = false) -> RecordBatch {
        var batch = RecordBatch(
            partition: Partition(source: "s", id: id, descriptor: [1]),
            range: PositionRange(start: .byte(0), end: .byte(1_000)),
            bytes: [UInt8](repeating: 0, count: RecordBatch.padding), records: [], reachesEnd: isLast)
        batch.storedBytes = stored
        return batch
    }

    @Test("The last batch of a partition stands for all that is left of it, so that all of them add up to the total")
    func addsUp() {
        var progress = PartitionProgress()
        progress.expect([Self.lag("a", 100), Self.lag("b", 50, pending: 20)])
        #expect(progress.take(Self.batch("a", stored: 60)) == (60, false))
        #expect(progress.take(Self.batch("b", stored: 30, isLast: true)) == (30, true))
        #expect(progress.take(Self.batch("a", stored: 33, isLast: true)) == (40, true))
    }

    @Test("What came after the start is counted as it is, and ends no partition again")
    func grown() {
        var progress = PartitionProgress()
        progress.expect([Self.lag("a", 100)])
        #expect(progress.take(Self.batch("a", stored: 70)) == (70, false))
        #expect(progress.take(Self.batch("a", stored: 70, isLast: true)) == (70, true))
        #expect(progress.take(Self.batch("a", stored: 5, isLast: true)) == (5, false))
        #expect(progress.take(Self.batch("new", stored: 7, isLast: true)) == (7, false))
    }

    @Test("A partition that is left alone is no part of the total, one without anything to read never was")
    func leftAlone() {
        var progress = RunProgress(bytesTotal: 100, partitionsTotal: 3)
        progress.leavePartition(of: 40)
        progress.leavePartition(of: 0)
        #expect(progress == RunProgress(bytesTotal: 60, partitionsTotal: 2, partitionsLeft: 1))
        progress.leavePartition(of: 70)
        #expect(progress.bytesTotal == 0)
    }
}
