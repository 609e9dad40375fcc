import UsageModel

extension CloudEventDecoder {
    /// Makes the record on the tape a row by what is known of its shape. Eight bytes behind the record can be read.
    ///
    /// - Returns: `false` when nothing is known or something is wrong; then nothing has changed, and the long way says what.
    @inline(__always)
    mutating func appendKnown(
        _ record: Int, at offset: Int, _ text: UnsafeBufferPointer<UInt8>, before: Timestamp?
    ) -> Bool {
        shapes.follow(stretches.generation)
        let shape = stretches.shape
        let typeNode = shapes.typeNode(of: shape)
        if typeNode < 0 { return false }
        let entry = unsafe types.find(stretches.tape.buffer(of: typeNode + 1)[typeNode].raw(in: text))
        let number = shapes.number(of: shape, entry: entry)
        if number < 0 { return false }
        let known = unsafe shapes.known(number)
        let nodes = unsafe stretches.tape.buffer(of: known.pointee.nodeCount)
        let event = unsafe CloudEvent(JSONRecord(nodes, in: text, at: offset), known.pointee.attributes)
        guard event.hasFilledAttributes, let time = knownTime(of: event), before.map({ time < $0 }) ?? true,
            unsafe keepsSchemas(known, nodes, text)
        else { return false }
        let plan = unsafe known.pointee.plan
        if plan != EventBatch.noType {
            guard unsafe appendValues(known, event) else { return false }
            for index in unsafe known.pointee.fields.indices {
                let place = shapes.places[index]
                rows.append(field: place < 0 ? .absent : event.record.plainField(place))
            }
        }
        rows.append(
            record: record, time: time, type: plan,
            subject: event.record.plainSlice(event.attributes.subject), identity: event.plainIdentity(under: key),
            content: unsafe ContentHash.of(text))
        return true
    }

    /// The time of an event whose shape says that it is a string without escapes; `nil` where it is none.
    @inline(__always)
    private mutating func knownTime(of event: CloudEvent) -> Timestamp? {
        let raw = unsafe event.raw(event.attributes.time)
        if let bytes = raw.baseAddress, let time = unsafe date.time(bytes, count: raw.count) { return time }
        guard let time = unsafe Timestamp(rfc3339: raw) else { return nil }
        unsafe date.note(time, of: raw)
        return time
    }

    @inline(__always)
    private mutating func keepsSchemas(
        _ known: UnsafePointer<CloudEventShapes.Known>, _ nodes: UnsafeBufferPointer<JSONNode>,
        _ text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        let checks = unsafe shapes.quick(of: known)
        for index in unsafe 0..<known.pointee.quick.indices.count {
            let check = unsafe checks + index
            if unsafe check.pointee.passes(nodes[Int(check.pointee.value)], text, shapes.literals) { continue }
            guard unsafe keepsSchema(Int(check.pointee.check), known.pointee, text) else { return false }
        }
        return true
    }

    /// Asks the schema itself.
    @inline(never)
    private mutating func keepsSchema(
        _ number: Int, _ known: CloudEventShapes.Known, _ text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        if known.needsNames { stretches.addNames() }
        if number < known.firstOfData {
            guard let schema = schemas.cloudEvents else { return false }
            return unsafe evaluator.accepts(schema, stretches.tape, shapes.checks[number], text: text)
        }
        let entry = unsafe types.find(stretches.tape[known.attributes.type].raw(in: text))
        guard entry >= 0, case let index = types[entry].schema, index >= 0 else { return false }
        return unsafe evaluator.accepts(
            schemas.byType[index].schema, stretches.tape, shapes.checks[number], text: text)
    }

    /// Learns what follows from the shape of the event on the tape, which became a row.
    @inline(never)
    mutating func learnShape(at offset: Int, _ text: UnsafeBufferPointer<UInt8>) {
        shapes.follow(stretches.generation)
        guard let event = try? unsafe CloudEvent(JSONRecord(stretches.tape.buffer, in: text, at: offset)) else {
            return
        }
        let entry = event.entry(in: types)
        if shapes.typeNode(of: stretches.shape) >= 0, shapes.number(of: stretches.shape, entry: entry) >= 0 { return }
        let plan = entry < 0 ? EventBatch.noType : types[entry].plan
        let attributes = event.attributes
        let filled = [attributes.id, attributes.source, attributes.type, attributes.subject]
        let known = KnownValues(
            fixed: entry < 0 ? [attributes.specversion] : [attributes.specversion, attributes.type], filled: filled,
            moments: [attributes.time])
        let firstCheck = shapes.checks.count
        var marks = (quick: shapes.quick.count, data: 0)
        if let schema = schemas.cloudEvents {
            let asked = unsafe evaluator.rest(of: schema, stretches.tape, node: 0, text: text, known: known)
            unsafe shapes.add(asked, of: schema, stretches.tape, text: text)
        }
        marks.data = shapes.checks.count
        if entry >= 0, case let index = types[entry].schema, index >= 0 {
            let schema = schemas.byType[index].schema
            let asked = unsafe evaluator.rest(
                of: schema, stretches.tape, node: attributes.data, text: text, known: known)
            unsafe shapes.add(asked, of: schema, stretches.tape, text: text)
        }
        var places: [Int] = []
        var fields = 0
        if plan != EventBatch.noType {
            fields = plans[Int(plan)].fields.count
            places = (0..<fields + plans[Int(plan)].operands.count).map { forest.place($0) }
        }
        let isNamed = (firstCheck..<shapes.checks.count).contains {
            ShapeStep.Behind(stretches.tape[shapes.checks[$0].value].kind) == nil
        }
        shapes.learn(
            stretches.shape, entry: entry, plan: plan, attributes, nodeCount: stretches.tape.count,
            fields: Array(places[..<fields]),
            operands: Array(places[fields...]), marks: marks, needsNames: isNamed)
    }

    /// - Returns: `false` when a value is no exact number; the columns are then as before.
    @inline(__always)
    private mutating func appendValues(
        _ known: UnsafePointer<CloudEventShapes.Known>, _ event: CloudEvent
    ) -> Bool {
        let plan = unsafe Int(known.pointee.plan)
        let places = unsafe known.pointee.operands.lowerBound
        for column in columns.columns(of: plan) {
            let operand = columns.plainOperand(of: column)
            do throws(Refusal) {
                guard operand >= 0 else {
                    for operand in columns.operands(of: column) {
                        try append(operand, of: plan, at: shapes.places[places + operand], event)
                    }
                    rows.append(value: try takeValue(of: column))
                    continue
                }
                let place = shapes.places[places &+ operand]
                rows.append(value: place < 0 ? nil : try event.plainQuantity(place))
            } catch {
                rows.cancel()
                return false
            }
        }
        return true
    }
}
