/// What the decoder has to take out of each event, worked out once from the meters.
///
/// For each event type that a meter wants: the fields of its meters' dimensions and filters, and their values. The
/// decoder fills a row in this order and the windows read it in this order, so neither looks a name up.
public struct ExtractionPlan: Sendable {
    /// One meter, with its parts as indices into its type's fields and values.
    public struct MeterPlan: Sendable {
        /// The index of the meter in the plan's `meters`.
        public var meter: Int
        /// For each dimension the index in the type's `fields`.
        public var dimensions: [Int]
        /// For each condition the index in the type's `fields`, and the values that pass.
        public var conditions: [(field: Int, anyOf: [Meter.Match])]
        /// The index in the type's `values`; `nil` for a count.
        public var value: Int?
    }

    /// One event type.
    public struct TypePlan: Sendable {
        public var type: ByteString
        public var fields: [JSONPointer] = []
        public var values: [JSONPointer] = []
        public var meters: [MeterPlan] = []
    }

    public let meters: [Meter]
    /// At most 65,535 types.
    public let types: [TypePlan]

    public init(meters: [Meter]) {
        var types: [TypePlan] = []
        func index(of pointer: JSONPointer, in list: inout [JSONPointer]) -> Int {
            if let known = list.firstIndex(of: pointer) { return known }
            list.append(pointer)
            return list.count - 1
        }
        for (number, meter) in meters.enumerated() {
            let slot = types.firstIndex { $0.type == meter.eventType } ?? types.count
            if slot == types.count { types.append(TypePlan(type: meter.eventType)) }
            types[slot].meters.append(
                MeterPlan(
                    meter: number,
                    dimensions: meter.groupBy.map { index(of: $0, in: &types[slot].fields) },
                    conditions: meter.filter.map { (index(of: $0.field, in: &types[slot].fields), $0.anyOf) },
                    value: meter.value.map { index(of: $0, in: &types[slot].values) }))
        }
        precondition(types.count < Int(EventBatch.noType), "at most 65,534 event types")
        self.meters = meters
        self.types = types
    }
}
