public import UsageModel

/// One record that was rejected, or that conflicts with an earlier one.
public struct QuarantineRow: Sendable, Hashable {
    /// The commit that tells of it.
    public var seq: UInt64
    /// The source's name in the configuration.
    public var source: String
    /// The partition's id within the source.
    public var partition: ByteString
    public var position: Position
    /// The record's whole length in bytes.
    public var length: UInt64
    public var reason: RejectReason
    public var detail: String
    /// Its beginning, up to `QuarantinedRecord.maximumBytes`.
    public var bytes: [UInt8]
}
