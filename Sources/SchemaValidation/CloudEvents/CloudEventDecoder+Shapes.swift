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
        let entry: Int
        switch shapes.type(of: shape) {
        case .unknown: return false
        case .node(let node): entry = unsafe types.find(stretches.tape.buffer(of: node + 1)[node].raw(in: text))
        case .entry(let found): entry = found
        }
        let number = shapes.number(of: shape, entry: entry)
        if number < 0 { return false }
        let known = unsafe shapes.known(number)
        if unsafe known.pointee.needsRest { stretches.addNames() }
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
            subject: event.record.plainSlice(event.attributes.subject), identity: Digest128(high: 0, low: 0),
            content: unsafe ContentHash.of(text))
        unsafe identities.add(
            rows.count &- 1, source: event.raw(event.attributes.source), id: event.raw(event.attributes.id), to: &rows)
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
        guard known.schema >= 0 else { return false }
        return unsafe evaluator.accepts(
            schemas.byType[known.schema].schema, stretches.tape, shapes.checks[number], text: text)
    }

    /// Learns what follows from the shape of the event on the tape, which became a row.
    @inline(never)
    mutating func learnShape(at offset: Int, _ text: UnsafeBufferPointer<UInt8>) {
        shapes.follow(stretches.generation)
        guard let event = try? unsafe CloudEvent(JSONRecord(stretches.tape.buffer, in: text, at: offset)) else {
            return
        }
        let entry = event.entry(in: types)
        let attributes = event.attributes
        let type: CloudEventShapes.EventType =
            stretches.isConstant(attributes.type) ? .entry(entry) : .node(attributes.type)
        if shapes.knows(stretches.shape, entry: entry) { return }
        let plan = entry < 0 ? EventBatch.noType : types[entry].plan
        let firstQuick = shapes.quick.count
        var known = CloudEventShapes.Known(
            attributes: attributes, nodeCount: stretches.tape.count, plan: plan,
            schema: entry < 0 ? -1 : types[entry].schema)
        if stretches.isConstant(attributes.type) { known.attributes.type = -1 }
        if stretches.isConstant(attributes.specversion) { known.attributes.specversion = -1 }
        unsafe learnChecks(of: event, entry: entry, &known, text)
        var places: (fields: [Int], operands: [Int]) = ([], [])
        if plan != EventBatch.noType {
            let fields = plans[Int(plan)].fields.count
            places.fields = (0..<fields).map { forest.place($0) }
            places.operands = plans[Int(plan)].operands.indices.map { forest.place(fields + $0) }
        }
        known.needsRest = (places.fields + places.operands).contains {
            $0 >= 0 && (stretches.isConstant($0) || ShapeStep.Behind(stretches.tape[$0].kind) == nil)
        }
        shapes.learn(stretches.shape, type, entry: entry, known, places: places, firstQuick: firstQuick)
    }

    /// Learns what the schemas still ask of the values of events like this one.
    private mutating func learnChecks(
        of event: CloudEvent, entry: Int, _ known: inout CloudEventShapes.Known, _ text: UnsafeBufferPointer<UInt8>
    ) {
        let attributes = event.attributes
        let constants = (0..<stretches.tape.count).filter { stretches.isConstant($0) }
        let values = KnownValues(
            fixed: constants + (entry < 0 ? [attributes.specversion] : [attributes.specversion, attributes.type]),
            filled: [attributes.id, attributes.source, attributes.type, attributes.subject],
            moments: [attributes.time])
        let first = shapes.checks.count
        if let schema = schemas.cloudEvents {
            let asked = unsafe evaluator.rest(of: schema, stretches.tape, node: 0, text: text, known: values)
            unsafe shapes.add(asked, of: schema, stretches.tape, text: text)
        }
        known.firstOfData = shapes.checks.count
        if known.schema >= 0 {
            let schema = schemas.byType[known.schema].schema
            let asked = unsafe evaluator.rest(
                of: schema, stretches.tape, node: attributes.data, text: text, known: values)
            unsafe shapes.add(asked, of: schema, stretches.tape, text: text)
        }
        known.needsNames = (first..<shapes.checks.count).contains {
            ShapeStep.Behind(stretches.tape[shapes.checks[$0].value].kind) == nil
        }
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
