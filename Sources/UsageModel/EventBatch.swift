/// The records of one batch that passed the schema, as columns, and those that did not, with a reason.
///
/// Row `i` of every column is the same event; rows are in the order of the source. Text is not copied: a slice points
/// into the record batch's slab, or into `text` where JSON escapes had to be undone.
public struct EventBatch: Sendable {
    /// One rejected record.
    public struct Rejection: Sendable, Hashable {
        /// Its index in the record batch.
        public var record: UInt32
        public var reason: RejectReason
        /// What is wrong and where in the record, for a person.
        public var detail: String

        public init(record: UInt32, reason: RejectReason, detail: String) {
            self.record = record
            self.reason = reason
            self.detail = detail
        }
    }

    /// The slab that the rows were read from.
    public var records: RecordBatch
    /// SHA-256 of the bytes of `records.range`.
    public var digest: Digest256
    /// Events at or after it were rejected, as being of the future; `nil` without such a limit.
    public var before: Timestamp?

    // MARK: Columns
    /// The index of the row's record in `records.records`.
    public var record: [UInt32] = []
    public var time: [Timestamp] = []
    /// The index of the event's type in the extraction plan; `noType` when no meter wants it.
    public var type: [UInt16] = []
    public var subject: [ByteSlice] = []
    /// SipHash-2-4-128 of source and id under the ledger's key: who the event is.
    public var identity: [Digest128] = []
    /// XXH3-64 of the record's bytes: whether a second record with the same identity says the same.
    public var content: [UInt64] = []
    /// Where the row's fields begin in `fields`; as many follow as its type's plan names.
    public var firstField: [UInt32] = []
    /// Where the row's values begin in `values`; as many follow as its type's plan names.
    public var firstValue: [UInt32] = []

    /// The fields of all rows, row after row.
    public var fields: [Field] = []
    /// The meters' values of all rows, row after row; `nil` where the event has none.
    public var values: [Quantity?] = []
    /// Text whose escapes were undone.
    public var text: [UInt8] = []

    public var rejections: [Rejection] = []

    /// Marks an event of a type that no meter wants: it is counted as accepted and measured by none.
    public static let noType = UInt16.max

    public init(records: RecordBatch, digest: Digest256) {
        self.records = records
        self.digest = digest
    }

    /// How many events passed.
    @inlinable
    public var count: Int { record.count }

    /// The bytes of a slice. For quarantine, tests and output, not for each record.
    public func bytes(of slice: ByteSlice) -> [UInt8] {
        let range = slice.offset..<slice.offset + slice.length
        return slice.isUnescaped ? Array(text[range]) : Array(records.bytes[range])
    }
}
