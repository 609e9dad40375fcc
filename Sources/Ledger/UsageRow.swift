public import UsageModel

/// One window of one series, as all commits together made it.
public struct UsageRow: Sendable, Hashable {
    public var meter: UsageDelta.MeterHeader
    public var window: Window
    public var tenant: ByteString
    /// The values of the meter's dimensions, in their order; `nil` where the events had none.
    public var dimensions: [ByteString?]
    public var aggregate: Aggregate
    /// Whether a part of it came after the window had been closed.
    public var isCorrected: Bool
}
