public import UsageModel

/// What a ledger holds, in numbers.
public struct LedgerStatus: Sendable, Hashable {
    public var counts = RecordCounts()
    /// The rejected records by reason, most first; conflicts are not among them.
    public var rejectedByReason: [Rejected] = []
    public var commits: UInt64 = 0
    /// The latest time that all partitions that are not idle have reached; `nil` before the first event.
    public var watermark: Timestamp?
    /// The latest time of any event; `nil` before the first.
    public var latest: Timestamp?
    /// Windows that end at or before it are sealed; `nil` when none is.
    public var sealedBefore: Timestamp?
    /// The last commit; `nil` when there is none.
    public var lastCommit: CommitSummary?
    /// The last frame that the index holds, a commit or a document.
    public var appliedSeq: UInt64 = 0

    /// How many records were rejected for one reason.
    public struct Rejected: Sendable, Hashable {
        public var reason: RejectReason
        public var count: UInt64
    }
}
