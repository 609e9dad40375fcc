/// What a reader has to tell beside its batches.
public struct SourceNews: Sendable {
    /// Partitions that have something to read and were not told of before. Each is told of before its first batch, so that it
    /// can hold the watermark until it is read.
    public var found: [PartitionLag] = []
    /// Partitions that were told of, and of which nothing more comes at present: they hold the watermark no longer.
    public var dropped: [PartitionLag] = []
    /// What an operator should know, in words; nothing failed.
    public var notices: [String] = []
    /// Whether more is being looked for, so that what was found is not all there is to read. It holds the watermark too.
    public var isLooking = false

    public init(
        found: [PartitionLag] = [], dropped: [PartitionLag] = [], notices: [String] = [], isLooking: Bool = false
    ) {
        self.found = found
        self.dropped = dropped
        self.notices = notices
        self.isLooking = isLooking
    }
}
