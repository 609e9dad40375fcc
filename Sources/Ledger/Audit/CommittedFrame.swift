public import UsageModel

/// A commit with its place in the chain.
public struct CommittedFrame: Sendable {
    /// Its number in the ledger.
    public var seq: UInt64
    /// When it was written, by the wall clock.
    public var time: Timestamp
    /// The hash of its frame, which stands for all of the ledger up to it.
    public var hash: Digest256
    public var commit: Commit
    /// Windows that end at or before it were sealed when it was made; `nil` when none was.
    public var sealedBefore: Timestamp?
}
