public import UsageModel

/// One commit as a line of the log.
public struct CommitSummary: Sendable, Hashable {
    /// Its number in the ledger; documents have numbers of their own in between.
    public var seq: UInt64
    /// When it was written, by the wall clock.
    public var time: Timestamp
    /// The epoch of the writer.
    public var epoch: UInt64
    /// The hash of its frame.
    public var hash: Digest256
    public var segment: String
    public var offset: UInt64
    /// The frame's bytes on disk.
    public var bytes: UInt64
    public var counts: RecordCounts
    /// How many ranges of sources it took in.
    public var ranges: Int
    /// How many windows of series it added to.
    public var entries: Int
    public var watermark: Timestamp?
    /// Where it is a seal: windows that end at or before it were sealed by it. A seal takes in no records.
    public var sealedBefore: Timestamp?
}
