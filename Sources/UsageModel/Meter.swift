/// What is measured: which events, which value, how it is added up, by which dimensions, in which windows.
public struct Meter: Sendable, Hashable {
    /// How the values of a window become one.
    public enum Aggregation: String, Sendable, Hashable, CaseIterable {
        case count, sum, min, max
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
    /// Where the value stands; `nil` only for `count`.
    public var value: JSONPointer?
    public var groupBy: [JSONPointer]
    /// All conditions must hold.
    public var filter: [Condition]
    public var window: WindowSpecification

    public init(
        name: String, eventType: ByteString, aggregation: Aggregation, value: JSONPointer? = nil,
        groupBy: [JSONPointer] = [], filter: [Condition] = [], window: WindowSpecification
    ) {
        precondition(aggregation == .count || value != nil, "an aggregation other than count needs a value")
        self.name = name
        self.eventType = eventType
        self.aggregation = aggregation
        self.value = value
        self.groupBy = groupBy
        self.filter = filter
        self.window = window
    }
}
