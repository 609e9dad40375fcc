/// The mergeable state of one window of one series: exact, and the same in whatever order it is merged.
public enum Aggregate: Sendable, Hashable {
    case count(events: UInt64)
    case sum(Quantity, events: UInt64)
    case min(Quantity, events: UInt64)
    case max(Quantity, events: UInt64)

    /// How many events it was made of.
    public var events: UInt64 {
        switch self {
        case .count(let events), .sum(_, let events), .min(_, let events), .max(_, let events): events
        }
    }

    /// The number to show; `nil` when a count is out of a quantity's range.
    public var value: Quantity {
        switch self {
        case .count(let events): Quantity(units: Int128(events) * Quantity.scale)
        case .sum(let value, _), .min(let value, _), .max(let value, _): value
        }
    }

    public var aggregation: Meter.Aggregation {
        switch self {
        case .count: .count
        case .sum: .sum
        case .min: .min
        case .max: .max
        }
    }

    /// Both together.
    /// - Throws: ``AggregateError`` when the sum does not fit or the two are of different kinds.
    public func merged(with other: Aggregate) throws(AggregateError) -> Aggregate {
        let (events, overflow) = self.events.addingReportingOverflow(other.events)
        if overflow { throw .overflow }
        switch (self, other) {
        case (.count, .count):
            return .count(events: events)
        case (.sum(let left, _), .sum(let right, _)):
            guard let sum = left.adding(right) else { throw .overflow }
            return .sum(sum, events: events)
        case (.min(let left, _), .min(let right, _)):
            return .min(Swift.min(left, right), events: events)
        case (.max(let left, _), .max(let right, _)):
            return .max(Swift.max(left, right), events: events)
        default:
            throw .differentKinds
        }
    }
}

/// Two aggregates could not be merged.
public enum AggregateError: Error, Sendable, Hashable {
    /// The result is out of the range of ``Quantity`` or of 64 bits of events.
    case overflow
    case differentKinds
}
