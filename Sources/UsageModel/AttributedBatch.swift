/// An event batch with a tenant for each row, as of the event's own time.
public struct AttributedBatch: Sendable {
    public var events: EventBatch
    /// The index of each row's tenant in the tenant table; ``unmapped`` when the subject has none at that time.
    public var tenant: [UInt32]

    /// The subject belongs to nobody at the event's time: the usage goes to the tenant `unmapped:<subject>`.
    public static let unmapped = UInt32.max

    public init(events: EventBatch, tenant: [UInt32]) {
        precondition(tenant.count == events.count, "one tenant a row")
        self.events = events
        self.tenant = tenant
    }
}
