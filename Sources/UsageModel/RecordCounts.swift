/// What became of the records that were read. Nothing vanishes: `read` is always the sum of the rest.
public struct RecordCounts: Sendable, Hashable {
    public var accepted: UInt64 = 0
    public var duplicates: UInt64 = 0
    public var conflicts: UInt64 = 0
    public var rejected: UInt64 = 0
    /// Of the accepted ones, those whose subject belongs to no tenant.
    public var unmapped: UInt64 = 0

    public init(
        accepted: UInt64 = 0, duplicates: UInt64 = 0, conflicts: UInt64 = 0, rejected: UInt64 = 0, unmapped: UInt64 = 0
    ) {
        self.accepted = accepted
        self.duplicates = duplicates
        self.conflicts = conflicts
        self.rejected = rejected
        self.unmapped = unmapped
    }

    public var read: UInt64 { accepted + duplicates + conflicts + rejected }

    public static func += (left: inout RecordCounts, right: RecordCounts) {
        left.accepted += right.accepted
        left.duplicates += right.duplicates
        left.conflicts += right.conflicts
        left.rejected += right.rejected
        left.unmapped += right.unmapped
    }
}
