/// One slab of bytes of ONE partition, with the boundaries of its records and the range of positions it covers.
///
/// This is what moves between tasks: never a single record. The bytes are an array, so that a batch is passed on by
/// reference and decoded in place, without a copy.
public struct RecordBatch: Sendable {
    /// Where one record's bytes lie in the slab, without its line end.
    @frozen
    public struct Record: Sendable, Hashable {
        public var start: UInt32
        public var length: UInt32

        @inlinable
        public init(start: UInt32, length: UInt32) {
            self.start = start
            self.length = length
        }
    }

    /// A record that is longer than the reader's limit: it stands alone in its batch, with its beginning only.
    public struct Oversized: Sendable {
        /// Its whole length in bytes, without the line end.
        public var length: UInt64
        /// SHA-256 of all bytes of the batch's range, which the slab does not hold.
        public var digest: Digest256

        public init(length: UInt64, digest: Digest256) {
            self.length = length
            self.digest = digest
        }
    }

    /// What a reader has against records that it gives out all the same, so that they are not lost.
    public struct Refusal: Sendable, Hashable {
        public var reason: RejectReason
        /// What is wrong, for a person.
        public var detail: String

        public init(_ reason: RejectReason, _ detail: String) {
            self.reason = reason
            self.detail = detail
        }
    }

    /// Zero bytes that stand in `bytes` after the contents, so that wide loads near the end stay inside.
    public static let padding = 64

    public var partition: Partition
    /// What the batch covers, blank lines and line ends included. The next batch of the partition starts at its end.
    public var range: PositionRange
    /// The contents, then ``padding`` zeros. At most 2 GiB.
    public var bytes: [UInt8]
    /// The records in the order of the source; blank lines are none.
    public var records: [Record]
    /// The bytes of the record that names the columns, from the beginning of the partition, where the source's records
    /// have one; else empty. It is none of `records`.
    public var header: [UInt8] = []
    /// Set when the batch is one record that is too long.
    public var oversized: Oversized?
    /// Set when the reader itself refuses the batch's records, and why.
    public var refusal: Refusal?
    /// Where the records stand, one place each, in a partition whose positions are not bytes; else empty.
    public var places: [ShardPosition] = []
    /// How many bytes of the source it takes, as they lie there: compressed ones are counted compressed. It is for
    /// progress: a decompressor may have taken in more than has come out.
    public var storedBytes: UInt64 = 0
    /// Whether the partition has nothing after this batch at present: no bytes that could be read now.
    public var reachesEnd: Bool
    /// Whether the partition will never have anything after this batch, so that nothing about it need be remembered.
    public var isLast = false

    public init(
        partition: Partition, range: PositionRange, bytes: [UInt8], records: [Record], oversized: Oversized? = nil,
        reachesEnd: Bool = false
    ) {
        precondition(bytes.count >= RecordBatch.padding, "a slab ends with its padding")
        self.partition = partition
        self.range = range
        self.bytes = bytes
        self.records = records
        self.oversized = oversized
        self.reachesEnd = reachesEnd
    }

    /// The bytes of the contents, without the padding.
    @inlinable
    public var contentCount: Int { bytes.count - RecordBatch.padding }

    /// The position of the first byte of a record, by its number in the batch; of a record in a shard, where it stands.
    @inlinable
    public func position(ofRecord number: Int) -> Position {
        switch range.start {
        case .byte(let base): .byte(base + UInt64(records[number].start))
        case .shard: .shard(places[number])
        }
    }
}
