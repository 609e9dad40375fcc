/// A record that was rejected or that conflicts with an earlier one, kept so that nothing is lost.
public struct QuarantinedRecord: Sendable, Hashable {
    /// At most this many bytes of the record are kept; its position tells where all of it lies.
    public static let maximumBytes = 16_384

    /// The index of the partition in the commit's `partitions`.
    public var partition: UInt32
    public var position: Position
    /// The record's whole length in bytes.
    public var length: UInt64
    public var reason: RejectReason
    /// What is wrong and where in the record, for a person.
    public var detail: String
    /// Its beginning, up to ``maximumBytes``.
    public var bytes: [UInt8]

    public init(
        partition: UInt32, position: Position, length: UInt64, reason: RejectReason, detail: String, bytes: [UInt8]
    ) {
        self.partition = partition
        self.position = position
        self.length = length
        self.reason = reason
        self.detail = detail
        self.bytes = bytes
    }
}
