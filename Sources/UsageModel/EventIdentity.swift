/// What is kept of an accepted event so that its repeats are found: 28 bytes.
@frozen
public struct EventIdentity: Sendable, Hashable {
    /// SipHash-2-4-128 of source and id under the ledger's key.
    public var identity: Digest128
    /// XXH3-64 of the record's bytes.
    public var content: UInt64
    /// The hour of the event's time, since 1970.
    public var hour: Int32

    @inlinable
    public init(identity: Digest128, content: UInt64, hour: Int32) {
        self.identity = identity
        self.content = content
        self.hour = hour
    }
}
