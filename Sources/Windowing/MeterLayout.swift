import UsageModel

/// The extraction plan flattened into arrays of plain values, so that a row costs no object and no lookup of a name.
///
/// Meters of one event type with the same dimensions and window share a *series*: its key is built and looked up once a
/// row, however many meters there are (count and sum of the same thing are the usual pair).
struct MeterLayout: Sendable {
    struct Series: Sendable {
        /// The index of its window in `windows`; of sessions -1.
        var window: Int
        /// The gap between sessions in nanoseconds; 0 where the windows are no sessions.
        var gap: Int64
        /// How many series a window takes.
        var limit: Int
        /// Where its field numbers stand in `dimensions`.
        var dimensions: Range<Int>
        /// How many of these are what its meters are grouped by; the rest tells counters, gauges and sessions apart.
        var groupCount: Int
        /// Where its meters stand in `measures`; also the aggregates of a key, in this order.
        var measures: Range<Int>
    }

    /// One meter of a series.
    struct Measure: Sendable {
        /// The index of the meter in the plan.
        var meter: Int
        var aggregation: Meter.Aggregation
        /// The index in the type's values; -1 where none is needed.
        var value: Int
        /// The index in the type's fields of the value of `unique`; else -1.
        var field: Int
        var conditions: Range<Int>

        /// Whether what it measures is no number to be added, and is noted.
        var isLogged: Bool
    }

    struct Condition: Sendable {
        var field: Int
        var matches: Range<Int>
    }

    /// One value that passes.
    struct Match: Sendable {
        var kind: Field.Kind
        /// The text of a string, a boolean or a number in its shortest form.
        var text: Range<Int>
        /// The value of a number.
        var number: Quantity
    }

    let meters: [Meter]
    /// Whether a meter needs to know where its events stood.
    let needsReadings: Bool
    /// For each event type its series.
    private(set) var types: [Range<Int>] = []
    private(set) var series: [Series] = []
    private(set) var dimensions: [Int] = []
    private(set) var measures: [Measure] = []
    private(set) var conditions: [Condition] = []
    private(set) var matches: [Match] = []
    private(set) var text: [UInt8] = []
    /// The panes of hopping windows are among them; sessions are not.
    private(set) var windows: [WindowSpecification] = []

    init(_ plan: ExtractionPlan) {
        meters = plan.meters
        needsReadings = meters.contains { $0.aggregation == .latest || $0.aggregation.isOfSamples }
        for type in plan.types {
            let first = series.count
            var left = type.meters
            while let head = left.first {
                let meter = plan.meters[head.meter]
                let isTogether = { (other: ExtractionPlan.MeterPlan) in
                    other.dimensions == head.dimensions && plan.meters[other.meter].window.pane == meter.window.pane
                        && plan.meters[other.meter].maximumSeries == meter.maximumSeries
                        && plan.meters[other.meter].groupBy.count == meter.groupBy.count
                }
                addSeries(left.filter(isTogether), window: meter.window.pane, limit: meter.maximumSeries)
                left.removeAll(where: isTogether)
            }
            types.append(first..<series.count)
        }
    }

    private mutating func addSeries(_ plans: [ExtractionPlan.MeterPlan], window: WindowSpecification, limit: Int) {
        let firstDimension = dimensions.count
        dimensions += plans[0].dimensions
        let firstMeasure = measures.count
        for plan in plans {
            let firstCondition = conditions.count
            for condition in plan.conditions {
                let firstMatch = matches.count
                for match in condition.anyOf { add(match) }
                conditions.append(Condition(field: condition.field, matches: firstMatch..<matches.count))
            }
            let aggregation = meters[plan.meter].aggregation
            measures.append(
                Measure(
                    meter: plan.meter, aggregation: aggregation, value: aggregation == .unique ? -1 : plan.value ?? -1,
                    field: aggregation == .unique ? plan.value ?? -1 : -1,
                    conditions: firstCondition..<conditions.count,
                    isLogged: aggregation == .unique || aggregation == .latest || aggregation.isOfSamples))
        }
        var gap: Int64 = 0
        if case .session(let nanoseconds) = window { gap = nanoseconds }
        series.append(
            Series(
                window: gap > 0 ? -1 : number(of: window), gap: gap, limit: limit,
                dimensions: firstDimension..<dimensions.count, groupCount: meters[plans[0].meter].groupBy.count,
                measures: firstMeasure..<measures.count))
    }

    private mutating func number(of window: WindowSpecification) -> Int {
        if let known = windows.firstIndex(of: window) { return known }
        windows.append(window)
        return windows.count - 1
    }

    private mutating func add(_ match: Meter.Match) {
        let kind: Field.Kind
        var number = Quantity.zero
        let start = text.count
        switch match {
        case .string(let string):
            kind = .string
            text += string.bytes
        case .number(let quantity):
            kind = .number
            number = quantity
            text += quantity.description.utf8
        case .bool(let bool):
            kind = .bool
            text += (bool ? "true" : "false").utf8
        case .null:
            kind = .absent
        }
        matches.append(Match(kind: kind, text: start..<text.count, number: number))
    }
}
