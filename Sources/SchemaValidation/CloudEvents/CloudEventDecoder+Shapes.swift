import UsageModel

extension CloudEventDecoder {
    /// Makes the record on the tape a row by what is known of its shape.
    ///
    /// - Returns: `false` when nothing is known or something is wrong; then nothing has changed, and the long way says what.
    @inline(__always)
    mutating func appendKnown(
        _ record: Int, at offset: Int, _ text: UnsafeBufferPointer<UInt8>, to result: inout EventBatch
    ) -> Bool {
        shapes.follow(stretches.generation)
        let shape = stretches.shape
        let typeNode = shapes.typeNode(of: shape)
        if typeNode < 0 { return false }
        let nodes = unsafe stretches.tape.buffer
        let entry = unsafe types.find(nodes[typeNode].raw(in: text))
        let number = shapes.number(of: shape, entry: entry)
        if number < 0 { return false }
        let known = shapes.known[number]
        let event = unsafe CloudEvent(JSONRecord(nodes, in: text, at: offset), known.attributes)
        guard event.hasFilledAttributes, let time = event.knownTime, result.before.map({ time < $0 }) ?? true else {
            return false
        }
        let asks = !known.ofEvent.isEmpty || !known.ofData.isEmpty
        if asks, unsafe !keepsSchemas(known, entry, text) { return false }
        let firstField = UInt32(truncatingIfNeeded: result.fields.count)
        let firstValue = UInt32(truncatingIfNeeded: result.values.count)
        let plan = entry < 0 ? EventBatch.noType : types.entries[entry].plan
        if plan != EventBatch.noType {
            guard appendValues(known.values, of: Int(plan), event, to: &result) else { return false }
        }
        for index in known.fields {
            let place = shapes.places[index]
            result.fields.append(place < 0 ? .absent : event.record.field(place, &result.text))
        }
        result.firstField.append(firstField)
        result.firstValue.append(firstValue)
        unsafe append(record, event, time, plan, text, to: &result)
        return true
    }

    @inline(__always)
    private mutating func keepsSchemas(
        _ known: CloudEventShapes.Known, _ entry: Int, _ text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        if known.needsNames { stretches.addNames() }
        let checks = shapes.checks
        if !known.ofEvent.isEmpty, let schema = schemas.cloudEvents {
            let left = checks.span.extracting(known.ofEvent)
            guard unsafe evaluator.accepts(schema, stretches.tape, left, text: text) else { return false }
        }
        if known.ofData.isEmpty { return true }
        let left = checks.span.extracting(known.ofData)
        let schema = schemas.byType[types.entries[entry].schema].schema
        return unsafe evaluator.accepts(schema, stretches.tape, left, text: text)
    }

    /// Learns what follows from the shape of the event on the tape, which became a row.
    @inline(never)
    mutating func learnShape(at offset: Int, _ text: UnsafeBufferPointer<UInt8>) {
        shapes.follow(stretches.generation)
        guard let event = try? unsafe CloudEvent(JSONRecord(stretches.tape.buffer, in: text, at: offset)) else {
            return
        }
        let entry = event.entry(in: types)
        let plan = entry < 0 ? EventBatch.noType : types.entries[entry].plan
        let attributes = event.attributes
        let filled = [attributes.id, attributes.source, attributes.type, attributes.subject]
        let known = KnownValues(
            fixed: entry < 0 ? [attributes.specversion] : [attributes.specversion, attributes.type], filled: filled,
            moments: [attributes.time])
        var ofEvent: [SchemaCheck] = []
        var ofData: [SchemaCheck] = []
        if let schema = schemas.cloudEvents {
            ofEvent = unsafe evaluator.rest(of: schema, stretches.tape, node: 0, text: text, known: known)
        }
        if entry >= 0, case let index = types.entries[entry].schema, index >= 0 {
            ofData = unsafe evaluator.rest(
                of: schemas.byType[index].schema, stretches.tape, node: attributes.data, text: text, known: known)
        }
        var places: [Int] = []
        var fields = 0
        if plan != EventBatch.noType {
            fields = plans[Int(plan)].fields.count
            places = (0..<fields + plans[Int(plan)].operands.count).map { forest.place($0) }
        }
        let isNamed = (ofEvent + ofData).contains { ShapeStep.Behind(stretches.tape[$0.value].kind) == nil }
        shapes.learn(
            stretches.shape, entry: entry, attributes, fields: Array(places[..<fields]),
            values: Array(places[fields...]), ofEvent: ofEvent, ofData: ofData, needsNames: isNamed)
    }

    /// - Parameter places: where the places of the type's operands stand in `shapes`.
    /// - Returns: `false` when a value is no exact number; the column is then as before.
    @inline(__always)
    private mutating func appendValues(
        _ places: Range<Int>, of plan: Int, _ event: CloudEvent, to result: inout EventBatch
    ) -> Bool {
        let before = result.values.count
        for column in columns.columns(of: plan) {
            let operand = columns.plainOperand(of: column)
            do throws(Refusal) {
                guard operand >= 0 else {
                    for operand in columns.operands(of: column) {
                        try append(operand, of: plan, at: shapes.places[places.lowerBound + operand], event)
                    }
                    result.values.append(try takeValue(of: column))
                    continue
                }
                let place = shapes.places[places.lowerBound + operand]
                result.values.append(place < 0 ? nil : try event.quantity(place))
            } catch {
                result.values.removeLast(result.values.count - before)
                return false
            }
        }
        return true
    }
}
