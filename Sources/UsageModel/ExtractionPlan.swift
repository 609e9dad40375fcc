/// What the decoder has to take out of each event, worked out once from the meters.
///
/// For each event type that a meter wants: the fields of its meters' dimensions, filters and unique values, and what is
/// measured. The
/// decoder fills a row in this order and the windows read it in this order, so neither looks a name up.
public struct ExtractionPlan: Sendable {
    /// One meter, with its parts as indices into its type's fields and values.
    public struct MeterPlan: Sendable {
        /// The index of the meter in the plan's `meters`.
        public var meter: Int
        /// For each dimension the index in the type's `fields`, or ``ExtractionPlan/subject``.
        public var dimensions: [Int]
        /// For each condition the index in the type's `fields`, and the values that pass.
        public var conditions: [(field: Int, anyOf: [Meter.Match])]
        /// The index in the type's `values`, of `unique` in its `fields`; `nil` for a count.
        public var value: Int?
    }

    /// What is measured, before its division.
    public struct Value: Sendable {
        public var expression: ValueExpression
        /// The index of each of the expression's operands in the type's.
        public var operands: [Int]
    }

    /// One event type.
    public struct TypePlan: Sendable {
        public var type: ByteString
        public var fields: [JSONPointer] = []
        public var operands: [JSONPointer] = []
        public var values: [Value] = []
        public var meters: [MeterPlan] = []
    }

    /// Stands for the event's subject among the fields: it has a column of its own.
    public static let subject = -1
    private static let subjectPointer = JSONPointer("/subject")

    public let meters: [Meter]
    /// At most 65,535 types.
    public let types: [TypePlan]

    public init(meters: [Meter]) {
        var types: [TypePlan] = []
        for (number, meter) in meters.enumerated() {
            let slot = types.firstIndex { $0.type == meter.eventType } ?? types.count
            if slot == types.count { types.append(TypePlan(type: meter.eventType)) }
            let plan = MeterPlan(
                meter: number,
                dimensions: meter.dimensions.map {
                    $0 == ExtractionPlan.subjectPointer ? ExtractionPlan.subject : types[slot].field($0)
                },
                conditions: meter.filter.map { (types[slot].field($0.field), $0.anyOf) },
                value: meter.value.map {
                    meter.aggregation == .unique ? types[slot].field($0.operands[0]) : types[slot].value($0.numerator)
                })
            types[slot].meters.append(plan)
        }
        precondition(types.count < Int(EventBatch.noType), "at most 65,534 event types")
        self.meters = meters
        self.types = types
    }
}

extension ExtractionPlan.TypePlan {
    fileprivate mutating func field(_ pointer: JSONPointer) -> Int {
        ExtractionPlan.TypePlan.index(of: pointer, in: &fields)
    }

    fileprivate mutating func value(_ expression: ValueExpression) -> Int {
        if let known = values.firstIndex(where: { $0.expression == expression }) { return known }
        var places: [Int] = []
        for pointer in expression.operands {
            places.append(ExtractionPlan.TypePlan.index(of: pointer, in: &operands))
        }
        values.append(ExtractionPlan.Value(expression: expression, operands: places))
        return values.count - 1
    }

    private static func index(of pointer: JSONPointer, in list: inout [JSONPointer]) -> Int {
        if let known = list.firstIndex(of: pointer) { return known }
        list.append(pointer)
        return list.count - 1
    }
}
