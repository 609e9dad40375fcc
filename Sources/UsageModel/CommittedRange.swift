/// A stretch of a partition as a commit took it in, to be read again.
public struct CommittedRange: Sendable, Hashable {
    /// As the commit names it.
    public var partition: Partition
    public var range: PositionRange
    /// How many records it had.
    public var records: UInt64
    /// Why its only record was rejected, where it has one and that was: a reader has its own reasons to refuse a record, and
    /// has to find them again.
    public var refusal: RejectReason?
    /// The commit's number in its ledger, where that is known: for who looks for it by that.
    public var commit: UInt64?

    public init(partition: Partition, range: PositionRange, records: UInt64, refusal: RejectReason? = nil) {
        self.partition = partition
        self.range = range
        self.records = records
        self.refusal = refusal
    }
}

extension Commit {
    /// Its ranges as they are read again, in the order in which they were taken in.
    public var committedRanges: [CommittedRange] {
        var refused: [PartitionPlace: RejectReason] = [:]
        for record in quarantine {
            refused[PartitionPlace(partition: record.partition, position: record.position)] = record.reason
        }
        return ranges.map { range in
            let isRefused = range.records == 1 && range.counts.rejected == 1
            let place = PartitionPlace(partition: range.partition, position: range.range.start)
            return CommittedRange(
                partition: partitions[Int(range.partition)].partition, range: range.range, records: range.records,
                refusal: isRefused ? refused[place] : nil)
        }
    }

    private struct PartitionPlace: Hashable {
        var partition: UInt32
        var position: Position
    }
}
