/// The mergeable state of one window of one series: exact, and the same in whatever order it is merged.
public enum Aggregate: Sendable, Hashable {
    case count(events: UInt64)
    case sum(Quantity, events: UInt64)
    case min(Quantity, events: UInt64)
    case max(Quantity, events: UInt64)
    /// The sum of the values.
    case avg(Quantity, events: UInt64)
    /// The digests of the values, each once, in ascending order.
    case unique([Digest128], events: UInt64)
    case latest(Sample, events: UInt64)
    /// A counter's readings, in ascending order.
    case increase([Sample])
    /// A gauge's readings, in ascending order.
    case timeWeighted([Sample])
    /// A number that was worked out already, as a seal freezes it; it merges with nothing.
    case total(Meter.Aggregation, Quantity, events: UInt64)

    /// How many events it was made of.
    public var events: UInt64 {
        switch self {
        case .count(let events), .sum(_, let events), .min(_, let events), .max(_, let events), .avg(_, let events),
            .unique(_, let events), .latest(_, let events), .total(_, _, let events):
            events
        case .increase(let samples), .timeWeighted(let samples): UInt64(samples.count)
        }
    }

    public var aggregation: Meter.Aggregation {
        switch self {
        case .count: .count
        case .sum: .sum
        case .min: .min
        case .max: .max
        case .avg: .avg
        case .unique: .unique
        case .latest: .latest
        case .increase: .increase
        case .timeWeighted: .timeWeighted
        case .total(let aggregation, _, _): aggregation
        }
    }

    /// The number to show, of this state alone: for readings, what lies between the first and the last of them.
    ///
    /// `nil` where it is out of a quantity's range.
    /// - Parameter divisor: ``ValueExpression/divisor``.
    public func value(dividedBy divisor: Quantity) -> Quantity? {
        switch self {
        case .count(let events): Quantity(events: events)
        case .sum(let value, _), .min(let value, _), .max(let value, _): value.divided(by: divisor)
        case .avg(let sum, let events): sum.average(of: events, dividedBy: divisor)
        case .unique(let digests, _): Quantity(events: UInt64(digests.count))
        case .latest(let sample, _): sample.value.divided(by: divisor)
        case .increase(let samples): SampleFold.growth(of: samples, after: nil)?.divided(by: divisor)
        case .timeWeighted(let samples): SampleFold.integral(between: samples).hours(dividedBy: divisor)
        case .total(_, let value, _): value
        }
    }

    /// Both together.
    /// - Throws: ``AggregateError`` when the sum does not fit or the two are of different kinds.
    /// - Complexity: O(1), but of both together for digests and readings.
    public func merged(with other: Aggregate) throws(AggregateError) -> Aggregate {
        let (events, overflow) = self.events.addingReportingOverflow(other.events)
        if overflow { throw .overflow }
        switch (self, other) {
        case (.count, .count):
            return .count(events: events)
        case (.sum(let left, _), .sum(let right, _)):
            guard let sum = left.adding(right) else { throw .overflow }
            return .sum(sum, events: events)
        case (.avg(let left, _), .avg(let right, _)):
            guard let sum = left.adding(right) else { throw .overflow }
            return .avg(sum, events: events)
        case (.min(let left, _), .min(let right, _)):
            return .min(Swift.min(left, right), events: events)
        case (.max(let left, _), .max(let right, _)):
            return .max(Swift.max(left, right), events: events)
        case (.unique(let left, _), .unique(let right, _)):
            return .unique(left.mergedAscending(with: right, isSet: true), events: events)
        case (.latest(let left, _), .latest(let right, _)):
            return .latest(Swift.max(left, right), events: events)
        case (.increase(let left), .increase(let right)):
            return .increase(left.mergedAscending(with: right, isSet: false))
        case (.timeWeighted(let left), .timeWeighted(let right)):
            return .timeWeighted(left.mergedAscending(with: right, isSet: false))
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

extension Quantity {
    /// A number of events or of different values.
    public init(events: UInt64) {
        // 2⁶⁴ × 10¹² is below 2¹²⁷.
        self.init(units: Int128(events) * Quantity.scale)
    }

    /// This sum over a number of events and a positive divisor, rounded once to 10⁻¹², half to even; of no events 0. `nil`
    /// where it is out of range.
    public func average(of events: UInt64, dividedBy divisor: Quantity) -> Quantity? {
        if events == 0 { return .zero }
        let (divisor, overflow) = divisor.units.magnitude.multipliedReportingOverflow(by: UInt128(events))
        if overflow { return nil }
        let wide = units.magnitude.multipliedFullWidth(by: Quantity.scale.magnitude)
        return Quantity(dividing: wide, by: divisor, isNegative: units < 0)
    }
}

extension Array where Element: Comparable {
    /// Two ascending lists as one; of a set each element once. O(n).
    public func mergedAscending(with other: [Element], isSet: Bool) -> [Element] {
        if isEmpty { return other }
        if other.isEmpty { return self }
        var result: [Element] = []
        result.reserveCapacity(count + other.count)
        var (left, right) = (0, 0)
        while left < count, right < other.count {
            if isSet, self[left] == other[right] {
                right += 1
            } else if other[right] < self[left] {
                result.append(other[right])
                right += 1
            } else {
                result.append(self[left])
                left += 1
            }
        }
        result += self[left...]
        result += other[right...]
        return result
    }
}
