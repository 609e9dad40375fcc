public import UsageModel

/// Something that is not in the sources, or in the ledger, as it was committed.
public struct AuditDifference: Sendable, Hashable {
    /// What can be proved of how it came about.
    public enum Cause: String, Sendable, Hashable {
        /// The bytes of a range are others than those that were read.
        case sourceChanged = "source bytes changed"
        /// The source does not have a range any more.
        case sourceGone = "source gone"
        /// A frame of the ledger is not what was written.
        case ledgerAltered = "ledger altered"
        /// The tenant table of today says another tenant of the same time than the one in force did.
        case mappingChanged = "mapping changed"
        /// Bytes, frames and tables are those of then, and come to another number: the program counts otherwise, or the
        /// ledger was rewritten with all its hashes.
        case codeDiffers = "code differs"
    }

    /// The commit; `nil` where none can be named.
    public var seq: UInt64?
    public var cause: Cause
    /// What it is, where, and how it is seen.
    public var detail: String
    /// The range that is changed or gone, where that is the cause.
    public var range: CommittedRange?
    /// The usage that differs; `nil` where no number does.
    public var usage: Usage?

    /// A window of a series, in one commit.
    public struct Usage: Sendable, Hashable {
        public var meter: UsageDelta.MeterHeader
        public var tenant: ByteString
        public var dimensions: [ByteString?]
        public var window: Window
        /// `nil` where the commit has none.
        public var ledger: Aggregate?
        /// `nil` where the sources have none.
        public var recomputed: Aggregate?
    }
}
