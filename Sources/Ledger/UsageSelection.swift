public import UsageModel

/// Which usage is looked at.
public struct UsageSelection: Sendable {
    /// Of one meter.
    public var versions: [MeterVersion]
    /// The tenants; `nil` for all.
    public var tenants: [ByteString]?
    /// Only windows that start at or after it.
    public var from: Timestamp?
    /// Only windows that start before it.
    public var to: Timestamp?

    public init(
        versions: [MeterVersion], tenants: [ByteString]? = nil, from: Timestamp? = nil, to: Timestamp? = nil
    ) {
        self.versions = versions
        self.tenants = tenants
        self.from = from
        self.to = to
    }
}
