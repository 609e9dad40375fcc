import UsageModel

/// Decodes CloudEvents 1.0 in the JSON format, one event a record.
///
/// simdjson's stage 1 runs over stretches of whole lines, because a call for each line costs more than the line. A
/// stretch that it takes has for each line the same index as the line alone: a newline inside a string is an error, so
/// no state crosses a line's end. A stretch that it refuses is done line by line, so that each gets its own outcome.
struct CloudEventDecoder: ~Copyable {
    /// How many bytes of lines are indexed in one call, if the lines are not longer: text and index stay in the
    /// second-level cache.
    static let stretch = 32_768

    private var indexer = JSONIndexer()
    private var tape = JSONTape()
    private var evaluator = SchemaEvaluator()
    private let key: SipHash128
    private let schemas: SchemaSet
    private let types: TypeTable
    /// For each type of the plan: its fields' pointers, then its values'.
    private var forest: PointerForest
    private let plans: [ExtractionPlan.TypePlan]

    init(plan: ExtractionPlan, key: SipHash128, schemas: SchemaSet) {
        self.key = key
        self.schemas = schemas
        self.types = TypeTable(plan: plan, schemas: schemas)
        self.plans = plan.types
        self.forest = PointerForest(plan.types.map { $0.fields + $0.values })
    }

    /// Decodes the records, which lie in the slab in ascending order, into rows and rejections.
    mutating func decode(
        _ records: [RecordBatch.Record], of slab: UnsafeBufferPointer<UInt8>, into result: inout EventBatch
    ) {
        var first = 0
        var covered = 0
        while first < records.count {
            let start = Int(records[first].start)
            var end = start + Int(records[first].length)
            precondition(start >= covered && end <= slab.count, "records ascend and lie in the slab")
            var last = first + 1
            while last < records.count {
                let from = Int(records[last].start)
                let to = from + Int(records[last].length)
                // Only a line feed in between keeps two records apart in one index.
                guard from > end, to <= slab.count, to - start <= CloudEventDecoder.stretch,
                    unsafe slab[from - 1] == 0x0A
                else { break }
                end = to
                last += 1
            }
            unsafe decode(records, first..<last, of: UnsafeBufferPointer(rebasing: slab[start..<end]), into: &result)
            covered = end
            first = last
        }
    }

    /// Decodes the records of one stretch.
    private mutating func decode(
        _ records: [RecordBatch.Record], _ range: Range<Int>, of stretch: UnsafeBufferPointer<UInt8>,
        into result: inout EventBatch
    ) {
        let origin = Int(records[range.lowerBound].start)
        let isIndexed = unsafe indexer.index(stretch) == .indexed
        let structurals = unsafe indexer.structurals
        var cursor = 0
        for number in range {
            let record = records[number]
            let base = Int(record.start) - origin
            let end = base + Int(record.length)
            let text = unsafe UnsafeBufferPointer(rebasing: stretch[base..<end])
            do throws(Refusal) {
                do throws(JSONFault) {
                    if isIndexed {
                        try unsafe tape.parse(text, structurals: structurals, cursor: &cursor, base: base)
                    } else {
                        try unsafe tape.parse(text, with: &indexer)
                    }
                } catch {
                    throw Refusal(error)
                }
                try unsafe append(number, at: origin + base, text, to: &result)
            } catch {
                result.reject(number, error.reason, error.detail)
            }
            if isIndexed {
                while unsafe Int(structurals[cursor]) < end { cursor += 1 }
            }
        }
    }

    /// Makes the record that is on the tape a row.
    @inline(__always)
    private mutating func append(
        _ record: Int, at offset: Int, _ text: UnsafeBufferPointer<UInt8>, to result: inout EventBatch
    ) throws(Refusal) {
        let event = try unsafe CloudEvent(tape.buffer, in: text, at: offset)
        let entry = event.entry(in: types)
        let plan = entry < 0 ? EventBatch.noType : types.entries[entry].plan
        if plan != EventBatch.noType {
            let twice = unsafe forest.locate(Int(plan), on: event.nodes, in: text, data: event.attributes.data)
            if twice >= 0 { throw event.duplicate(twice) }
        }
        try event.requireAttributes()
        let time = try event.time()
        try unsafe validate(entry: entry, data: event.attributes.data, text)
        let firstField = UInt32(truncatingIfNeeded: result.fields.count)
        let firstValue = UInt32(truncatingIfNeeded: result.values.count)
        if plan != EventBatch.noType {
            try appendMeasures(of: Int(plan), event, to: &result)
        }
        result.firstField.append(firstField)
        result.firstValue.append(firstValue)
        result.record.append(UInt32(truncatingIfNeeded: record))
        result.time.append(time)
        result.type.append(plan)
        result.subject.append(event.slice(event.attributes.subject, &result.text))
        result.identity.append(event.identity(under: key))
        result.content.append(unsafe ContentHash.of(text))
    }

    @inline(__always)
    private mutating func validate(
        entry: Int, data: Int, _ text: UnsafeBufferPointer<UInt8>
    ) throws(Refusal) {
        if let schema = schemas.cloudEvents, unsafe !evaluator.accepts(schema, tape, node: 0, text: text) {
            throw Refusal(.schema, unsafe evaluator.explain(schema, tape, node: 0, text: text).description)
        }
        guard entry >= 0, case let index = types.entries[entry].schema, index >= 0 else { return }
        guard data >= 0 else { throw Refusal(.schema, "data is missing, and the type has a schema for it") }
        let schema = schemas.byType[index].schema
        if unsafe !evaluator.accepts(schema, tape, node: data, text: text) {
            throw Refusal(.schema, unsafe evaluator.explain(schema, tape, node: data, text: text).description)
        }
    }

    /// Appends the values and the fields that the meters of this type want.
    ///
    /// It changes nothing of the decoder, but a plain method would be called on a copy of it.
    /// - Throws: a refusal when a value is no exact number; the columns are then as before.
    @inline(__always)
    private mutating func appendMeasures(
        of plan: Int, _ event: CloudEvent, to result: inout EventBatch
    ) throws(Refusal) {
        let fields = plans[plan].fields.count
        let values = plans[plan].values.count
        let before = result.values.count
        for index in 0..<values {
            let place = forest.place(fields + index)
            do throws(Refusal) {
                result.values.append(place < 0 ? nil : try event.quantity(place))
            } catch {
                result.values.removeLast(result.values.count - before)
                throw Refusal(error.reason, "\(plans[plan].values[index]): \(error.detail)")
            }
        }
        for index in 0..<fields {
            let place = forest.place(index)
            result.fields.append(place < 0 ? .absent : event.field(place, &result.text))
        }
    }
}
