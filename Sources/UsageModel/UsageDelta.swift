/// Partial aggregates by (meter, tenant, dimensions, window): what a commit adds to the usage.
public struct UsageDelta: Sendable, Hashable {
    /// A meter as the entries were measured with, so that the ledger can be read without a configuration.
    public struct MeterHeader: Sendable, Hashable {
        public var name: String
        public var aggregation: Meter.Aggregation
        /// The JSON Pointers of ``Meter/dimensions``, in the order of the entries' dimensions.
        public var dimensions: [String]
        /// What totals are divided by to be shown; see ``ValueExpression/divisor``.
        public var divisor: Quantity
        /// Whether its windows are sessions, which join.
        public var isSession: Bool
        /// ``Meter/hold``.
        public var hold: Int64?
        /// ``Meter/definition``: another is another version. Empty in commits of format 1.
        public var definition: String

        public init(
            name: String, aggregation: Meter.Aggregation, dimensions: [String], divisor: Quantity = .one,
            isSession: Bool = false, hold: Int64? = nil, definition: String = ""
        ) {
            self.name = name
            self.aggregation = aggregation
            self.dimensions = dimensions
            self.divisor = divisor
            self.isSession = isSession
            self.hold = hold
            self.definition = definition
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
        /// Why it corrects a number that was called final; `nil` when the window was still open.
        public var correction: Correction?

        public init(
            meter: UInt32, tenant: ByteString, dimensions: [ByteString?], window: Window, aggregate: Aggregate,
            correction: Correction? = nil
        ) {
            self.meter = meter
            self.tenant = tenant
            self.dimensions = dimensions
            self.window = window
            self.aggregate = aggregate
            self.correction = correction
        }
    }

    /// Those of the entries, and those that are measured from this commit on.
    public var meters: [MeterHeader]
    /// Ordered by meter, window, tenant and dimensions (absent first), a debit before what comes in its
    /// place, so that the same usage has the same bytes.
    public var entries: [Entry]

    public init(meters: [MeterHeader], entries: [Entry]) {
        self.meters = meters
        self.entries = entries
    }
}
