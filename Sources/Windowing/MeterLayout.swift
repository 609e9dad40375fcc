import UsageModel

/// The extraction plan flattened into arrays of plain values, so that a row costs no object and no lookup of a name.
///
/// Meters of one event type with the same dimensions and window share a *series*: its key is built and looked up once a
/// row, however many meters there are (count and sum of the same thing are the usual pair).
struct MeterLayout: Sendable {
    struct Series: Sendable {
        /// The index of its window in `windows`.
        var window: Int
        /// Where its field numbers stand in `dimensions`.
        var dimensions: Range<Int>
        /// Where its meters stand in `measures`; also the aggregates of a key, in this order.
        var measures: Range<Int>
    }

    /// One meter of a series.
    struct Measure: Sendable {
        /// The index of the meter in the plan.
        var meter: Int
        var aggregation: Meter.Aggregation
        /// The index in the type's values; -1 for a count.
        var value: Int
        var conditions: Range<Int>
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
    /// For each event type its series.
    private(set) var types: [Range<Int>] = []
    private(set) var series: [Series] = []
    private(set) var dimensions: [Int] = []
    private(set) var measures: [Measure] = []
    private(set) var conditions: [Condition] = []
    private(set) var matches: [Match] = []
    private(set) var text: [UInt8] = []
    private(set) var windows: [WindowSpecification] = []

    init(_ plan: ExtractionPlan) {
        meters = plan.meters
        for type in plan.types {
            let first = series.count
            var left = type.meters
            while let head = left.first {
                let window = plan.meters[head.meter].window
                let isTogether = { (other: ExtractionPlan.MeterPlan) in
                    other.dimensions == head.dimensions && plan.meters[other.meter].window == window
                }
                addSeries(left.filter(isTogether), window: window)
                left.removeAll(where: isTogether)
            }
            types.append(first..<series.count)
        }
    }

    private mutating func addSeries(_ plans: [ExtractionPlan.MeterPlan], window: WindowSpecification) {
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
            measures.append(
                Measure(
                    meter: plan.meter, aggregation: meters[plan.meter].aggregation, value: plan.value ?? -1,
                    conditions: firstCondition..<conditions.count))
        }
        let known = windows.firstIndex(of: window)
        if known == nil { windows.append(window) }
        series.append(
            Series(
                window: known ?? windows.count - 1, dimensions: firstDimension..<dimensions.count,
                measures: firstMeasure..<measures.count))
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
