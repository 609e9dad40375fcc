/// Partial aggregates by (meter, tenant, dimensions, window): what a commit adds to the usage.
public struct UsageDelta: Sendable, Hashable {
    /// A meter as the entries were measured with, so that the ledger can be read without a configuration.
    public struct MeterHeader: Sendable, Hashable {
        public var name: String
        public var aggregation: Meter.Aggregation
        /// The JSON Pointers of `group_by`, in the order of the entries' dimensions.
        public var dimensions: [String]

        public init(name: String, aggregation: Meter.Aggregation, dimensions: [String]) {
            self.name = name
            self.aggregation = aggregation
            self.dimensions = dimensions
        }
    }

    /// One window of one series.
    public struct Entry: Sendable, Hashable {
        /// The index of the meter in `meters`.
        public var meter: UInt32
        public var tenant: ByteString
        /// The dimensions' values as text; `nil` where the event had none.
        public var dimensions: [ByteString?]
        public var window: Window
        public var aggregate: Aggregate
        /// Whether the window was closed already: the entry corrects a number that was called final.
        public var isCorrection: Bool

        public init(
            meter: UInt32, tenant: ByteString, dimensions: [ByteString?], window: Window, aggregate: Aggregate,
            isCorrection: Bool
        ) {
            self.meter = meter
            self.tenant = tenant
            self.dimensions = dimensions
            self.window = window
            self.aggregate = aggregate
            self.isCorrection = isCorrection
        }
    }

    public var meters: [MeterHeader]
    /// Ordered by meter, window, tenant and dimensions (absent first), so that the same usage has the same bytes.
    public var entries: [Entry]

    public init(meters: [MeterHeader], entries: [Entry]) {
        self.meters = meters
        self.entries = entries
    }
}
