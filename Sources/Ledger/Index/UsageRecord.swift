import UsageModel

/// A row of the table `usage`.
struct UsageRecord {
    let key: UsageTable.Key
    /// What the row holds besides its events: a quantity's units; 0 for a count.
    private(set) var units: Int128
    private(set) var events: Int64
    private let aggregation: Meter.Aggregation

    /// - Throws: ``AggregateError/overflow`` when it has more events than the table can say.
    init(_ key: UsageTable.Key, _ value: Aggregate) throws(AggregateError) {
        self.key = key
        aggregation = value.aggregation.stored
        switch value {
        case .sum(let value, _), .min(let value, _), .max(let value, _), .avg(let value, _): units = value.units
        default: units = 0
        }
        guard let events = Int64(exactly: value.events) else { throw .overflow }
        self.events = events
    }

    /// Adds what came for it.
    mutating func add(_ value: Aggregate) throws(AggregateError) {
        let own = Aggregate(aggregation, units: units, events: UInt64(events))
        self = try UsageRecord(key, own.merged(with: value))
    }
}
