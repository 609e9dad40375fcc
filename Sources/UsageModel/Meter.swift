/// What is measured: which events, which value, how it is added up, by which dimensions, in which windows.
public struct Meter: Sendable, Hashable {
    /// How the values of a window become one.
    public enum Aggregation: String, Sendable, Hashable, CaseIterable {
        case count, sum, min, max
        /// The sum over the number of events, rounded once to 10⁻¹².
        case avg
        /// How many different values there were, exactly.
        case unique
        /// The value of the latest event; of one moment the one that stood last.
        case latest
        /// How much a counter grew: what it fell by is a restart from 0.
        case increase
        /// A gauge's integral over time, in unit-hours.
        case timeWeighted = "time_weighted"

        /// Whether the events themselves have to be kept, for their order decides.
        public var isOfSamples: Bool { self == .increase || self == .timeWeighted }
    }

    /// The values that a field may have for the event to be measured.
    public enum Match: Sendable, Hashable {
        case string(ByteString)
        /// Numbers match by value: 200, 200.0 and 2e2 are one.
        case number(Quantity)
        case bool(Bool)
        case null
    }

    /// One condition: the field has one of the values.
    public struct Condition: Sendable, Hashable {
        public var field: JSONPointer
        public var anyOf: [Match]

        public init(field: JSONPointer, anyOf: [Match]) {
            self.field = field
            self.anyOf = anyOf
        }
    }

    /// Its name: ASCII letters, digits, `_`, `-` and `.`.
    public var name: String
    /// The CloudEvents type of the events it measures.
    public var eventType: ByteString
    public var aggregation: Aggregation
    /// What is measured; `nil` only for `count`. For `unique` it is one value of the event, of any kind.
    public var value: ValueExpression?
    public var groupBy: [JSONPointer]
    /// What tells counters, gauges and sessions apart besides tenant and `groupBy`.
    public var key: [JSONPointer]
    /// All conditions must hold.
    public var filter: [Condition]
    public var window: WindowSpecification
    /// An IANA name: where the windows' days begin.
    public var timeZone = "UTC"
    /// How long a gauge's value holds without a new one, in nanoseconds; see ``Aggregation/timeWeighted``. `nil`: beyond the
    /// end of its window only up to a sample in the next one.
    public var hold: Int64?
    /// How many series one window takes; what comes for others goes into one series, ``overflow``.
    public var maximumSeries = 1_000_000

    /// The dimensions' values of the series that takes what is beyond ``maximumSeries``.
    public static let overflow: ByteString = "overflow"

    public init(
        name: String, eventType: ByteString, aggregation: Aggregation, value: ValueExpression? = nil,
        groupBy: [JSONPointer] = [], key: [JSONPointer] = [], filter: [Condition] = [], window: WindowSpecification
    ) {
        precondition(aggregation == .count || value != nil, "an aggregation other than count needs a value")
        precondition(aggregation != .unique || value?.isPlain == true, "unique values are values of the event")
        self.name = name
        self.eventType = eventType
        self.aggregation = aggregation
        self.value = value
        self.groupBy = groupBy
        self.key = key
        self.filter = filter
        self.window = window
    }

    /// What tells its series apart besides the tenant: `groupBy`, then those of `key` that are not in it.
    public var dimensions: [JSONPointer] { groupBy + key.filter { !groupBy.contains($0) } }
}
