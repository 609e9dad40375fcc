public import UsageModel

/// The usage of a meter, as it was asked for.
public struct UsageAnswer: Sendable {
    /// One window of one group.
    public struct Row: Sendable, Hashable {
        /// Where it is only partly inside what was asked for, the part that it covers.
        public var window: Window
        /// `nil` when the rows are not told apart by tenant.
        public var tenant: ByteString?
        /// The values of the group's dimensions; `nil` where the events had none.
        public var dimensions: [ByteString?]
        public var value: Quantity
        public var events: UInt64
        /// Whether the window is closed.
        public var isFinal: Bool

        public init(
            window: Window, tenant: ByteString?, dimensions: [ByteString?], value: Quantity, events: UInt64,
            isFinal: Bool
        ) {
            self.window = window
            self.tenant = tenant
            self.dimensions = dimensions
            self.value = value
            self.events = events
            self.isFinal = isFinal
        }
    }

    public var meter: String
    public var window: UsageWindow
    public var group: UsageGroup
    public var percentile: Percentile?
    /// What was asked for, or what there is; `nil` when there is nothing.
    public var from: Timestamp?
    public var to: Timestamp?
    /// Ordered by window, tenant and dimensions, as bytes, what is absent first.
    public var rows: [Row]

    public init(
        meter: String, window: UsageWindow, group: UsageGroup, percentile: Percentile? = nil, from: Timestamp?,
        to: Timestamp?, rows: [Row]
    ) {
        self.meter = meter
        self.window = window
        self.group = group
        self.percentile = percentile
        self.from = from
        self.to = to
        self.rows = rows
    }
}
