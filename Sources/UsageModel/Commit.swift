/// "These byte ranges of these sources became these quantities."
///
/// Position and result are in one record, so that a crash cannot separate them. The ledger is the list of all commits.
public struct Commit: Sendable, Hashable {
    /// One stretch of one partition that this commit took in, as one batch was read.
    public struct SourceRange: Sendable, Hashable {
        /// The index of the partition in `partitions`.
        public var partition: UInt32
        public var range: PositionRange
        /// SHA-256 of the bytes of the range (after decompression).
        public var digest: Digest256
        public var counts: RecordCounts
        /// How many records of the range were read; always `counts.read`, kept apart so that it can be checked.
        public var records: UInt64
        /// Events at or after it were refused, as being of the future; `nil` without such a limit.
        public var before: Timestamp?

        public init(
            partition: UInt32, range: PositionRange, digest: Digest256, counts: RecordCounts, records: UInt64,
            before: Timestamp? = nil
        ) {
            self.partition = partition
            self.range = range
            self.digest = digest
            self.counts = counts
            self.records = records
            self.before = before
        }
    }

    /// SHA-256 of the configuration in force; the ledger holds its text.
    public var configuration: Digest256
    /// SHA-256 of the tenant table in force; the ledger holds its text.
    public var tenants: Digest256
    /// The partitions that moved on, each with its position after this commit.
    public var partitions: [PartitionState]
    /// In the order they were taken in.
    public var ranges: [SourceRange]
    public var delta: UsageDelta
    /// The rejected and the conflicting records.
    public var quarantine: [QuarantinedRecord]
    /// Who was accepted, so that a repeat is found however late it comes. In the order of acceptance.
    public var identities: [EventIdentity]
    /// The latest time that all partitions that are not idle have reached; `nil` before the first event.
    public var watermark: Timestamp?
    /// The latest time of any event so far, which the watermark comes to when all partitions are idle.
    public var latest: Timestamp?
    /// Windows that end at or before it were closed when the commit was taken in.
    public var closed: Timestamp?
    /// The meters, as indices in the delta's, whose usage in the ledger is replaced by what the delta says.
    public var recounted: [UInt32] = []

    public init(
        configuration: Digest256, tenants: Digest256, partitions: [PartitionState] = [], ranges: [SourceRange] = [],
        delta: UsageDelta = UsageDelta(meters: [], entries: []), quarantine: [QuarantinedRecord] = [],
        identities: [EventIdentity] = [], watermark: Timestamp? = nil
    ) {
        self.configuration = configuration
        self.tenants = tenants
        self.partitions = partitions
        self.ranges = ranges
        self.delta = delta
        self.quarantine = quarantine
        self.identities = identities
        self.watermark = watermark
    }

    /// The counts of all ranges together.
    public var counts: RecordCounts {
        ranges.reduce(into: RecordCounts()) { $0 += $1.counts }
    }
}
