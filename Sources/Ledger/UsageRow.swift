public import UsageModel

/// One window of one series, as all commits together made it.
public struct UsageRow: Sendable, Hashable {
    public var meter: UsageDelta.MeterHeader
    public var window: Window
    public var tenant: ByteString
    /// The values of the meter's dimensions, in their order; `nil` where the events had none.
    public var dimensions: [ByteString?]
    public var aggregate: Aggregate

    public init(
        meter: UsageDelta.MeterHeader, window: Window, tenant: ByteString, dimensions: [ByteString?],
        aggregate: Aggregate
    ) {
        self.meter = meter
        self.window = window
        self.tenant = tenant
        self.dimensions = dimensions
        self.aggregate = aggregate
    }
}

extension UsageRow: Comparable {
    /// By window, tenant and dimensions, absent first, as bytes.
    public static func < (left: UsageRow, right: UsageRow) -> Bool {
        if left.window != right.window { return left.window < right.window }
        if left.tenant != right.tenant { return left.tenant < right.tenant }
        return left.dimensions.lexicographicallyPrecedes(right.dimensions) { left, right in
            guard let right else { return false }
            return left.map { $0 < right } ?? true
        }
    }
}
