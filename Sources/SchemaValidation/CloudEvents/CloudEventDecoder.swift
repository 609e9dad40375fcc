import UsageModel

/// Decodes CloudEvents 1.0 in the JSON format, one event a record.
struct CloudEventDecoder: ~Copyable {
    var stretches: JSONStretches
    var evaluator = SchemaEvaluator()
    let key: SipHash128
    var identities: IdentityLanes
    let schemas: SchemaSet
    let types: TypeTable
    /// For each type of the plan: its fields' pointers, then its operands'.
    var forest: PointerForest
    let columns: ValueColumns
    /// What a column is worked out of, of the event at hand.
    var operands: [Quantity] = []
    let plans: [ExtractionPlan.TypePlan]
    var shapes: CloudEventShapes
    var date = RecentDate()
    var rows = RowColumns()

    init(plan: ExtractionPlan, key: SipHash128, schemas: SchemaSet) {
        self.key = key
        identities = IdentityLanes(key: key)
        self.schemas = schemas
        let types = TypeTable(plan: plan, schemas: schemas)
        let names = Set(plan.types.map(\.type.bytes) + schemas.byType.map(\.type.bytes))
        self.stretches = JSONStretches(constants: CloudEventShapes.constants(types: Array(names)))
        self.shapes = CloudEventShapes(types: types)
        self.types = types
        self.plans = plan.types
        self.forest = PointerForest(plan.types.map { $0.fields + $0.operands })
        self.columns = ValueColumns(plan)
    }

    /// Decodes the records, which lie in the slab in ascending order, into rows and rejections.
    mutating func decode(
        _ records: [RecordBatch.Record], of slab: UnsafeBufferPointer<UInt8>, into result: inout EventBatch
    ) {
        stretches.begin()
        for number in records.indices {
            do throws(Refusal) {
                do throws(JSONFault) {
                    try unsafe stretches.parseValues(number, of: records, in: slab)
                } catch {
                    throw Refusal(error)
                }
                let start = Int(records[number].start)
                let text = unsafe UnsafeBufferPointer(rebasing: slab[start..<start + Int(records[number].length)])
                if stretches.isKnown, unsafe appendKnown(number, at: start, text, before: result.before) { continue }
                stretches.addNames()
                try unsafe append(number, at: start, text, to: &result)
                if stretches.shape >= 0 { unsafe learnShape(at: start, text) }
            } catch {
                result.reject(number, error.reason, error.detail)
            }
        }
        identities.finish(in: &rows)
        rows.move(into: &result)
    }

    /// Makes the record that is on the tape a row.
    @inline(never)
    private mutating func append(
        _ record: Int, at offset: Int, _ text: UnsafeBufferPointer<UInt8>, to result: inout EventBatch
    ) throws(Refusal) {
        let event = try unsafe CloudEvent(JSONRecord(stretches.tape.buffer, in: text, at: offset))
        let entry = event.entry(in: types)
        let plan = entry < 0 ? EventBatch.noType : types[entry].plan
        if plan != EventBatch.noType {
            let twice = unsafe forest.locate(Int(plan), on: event.record.nodes, in: text, data: event.attributes.data)
            if twice >= 0 { throw event.record.duplicate(twice) }
        }
        try event.requireAttributes()
        let time = try event.time()
        if let limit = result.before, time >= limit { throw Refusal(future: time, limit) }
        try unsafe validate(entry: entry, data: event.attributes.data, text)
        if plan != EventBatch.noType {
            try appendMeasures(of: Int(plan), event, to: &result)
        }
        rows.append(
            record: record, time: time, type: plan,
            subject: event.record.slice(event.attributes.subject, &result.text),
            identity: event.identity(under: key), content: unsafe ContentHash.of(text))
    }

    private mutating func validate(
        entry: Int, data: Int, _ text: UnsafeBufferPointer<UInt8>
    ) throws(Refusal) {
        if let schema = schemas.cloudEvents, unsafe !evaluator.accepts(schema, stretches.tape, node: 0, text: text) {
            throw Refusal(.schema, unsafe evaluator.explain(schema, stretches.tape, node: 0, text: text).description)
        }
        guard entry >= 0, case let index = types[entry].schema, index >= 0 else { return }
        guard data >= 0 else { throw Refusal(.schema, "data is missing, and the type has a schema for it") }
        let schema = schemas.byType[index].schema
        if unsafe !evaluator.accepts(schema, stretches.tape, node: data, text: text) {
            throw Refusal(.schema, unsafe evaluator.explain(schema, stretches.tape, node: data, text: text).description)
        }
    }

    /// Appends the values and the fields that the meters of this type want.
    ///
    /// It changes nothing of the decoder, but a plain method would be called on a copy of it.
    /// - Throws: a refusal when a value is no exact number; the columns are then as before.
    private mutating func appendMeasures(
        of plan: Int, _ event: CloudEvent, to result: inout EventBatch
    ) throws(Refusal) {
        let fields = plans[plan].fields.count
        for column in columns.columns(of: plan) {
            let operand = columns.plainOperand(of: column)
            do throws(Refusal) {
                guard operand >= 0 else {
                    for operand in columns.operands(of: column) {
                        try append(operand, of: plan, at: forest.place(fields + operand), event)
                    }
                    rows.append(value: try takeValue(of: column))
                    continue
                }
                let place = forest.place(fields + operand)
                rows.append(value: place < 0 ? nil : try event.quantity(place))
            } catch {
                rows.cancel()
                let name = operand < 0 ? "" : "\(plans[plan].operands[operand]): "
                throw Refusal(error.reason, name + error.detail)
            }
        }
        for index in 0..<fields {
            let place = forest.place(index)
            rows.append(field: place < 0 ? .absent : event.record.field(place, &result.text))
        }
    }

    /// Appends to `operands` what stands at a place; nothing where there is none.
    mutating func append(_ operand: Int, of plan: Int, at place: Int, _ event: CloudEvent) throws(Refusal) {
        if place < 0 { return }
        do throws(Refusal) {
            if let value = try event.quantity(place) { operands.append(value) }
        } catch {
            operands.removeAll(keepingCapacity: true)
            throw Refusal(error.reason, "\(plans[plan].operands[operand]): \(error.detail)")
        }
    }

    /// Works a column out of `operands`; `nil` where one of them is missing.
    mutating func takeValue(of column: Int) throws(Refusal) -> Quantity? {
        defer { operands.removeAll(keepingCapacity: true) }
        guard operands.count == columns.operands(of: column).count else { return nil }
        return try columns.value(of: column, operands)
    }
}
