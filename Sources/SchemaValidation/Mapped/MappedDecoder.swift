import UsageModel

/// Decodes a format that has no events of its own: an ``EventMapping`` says what of a record is the event's.
///
/// A record is refused for, in this order: what its format refuses, its time, a part that is missing (its type, its
/// subject, its id), and a value that is no number.
struct MappedDecoder<Fields: RecordFields & ~Copyable>: ~Copyable {
    /// What all events of a batch have in common.
    private struct Frame {
        /// The position of the slab's first byte; `nil` in a shard, whose records have places of their own.
        var position: UInt64?
        /// The subject, where it is the same for all.
        var subject: ByteSlice
        /// The digest's state after what all identities of the partition begin with.
        var origin: SipHash128
    }

    private var fields: Fields
    private let wanted: FieldPlan
    private let types: TypeTable
    private let key: SipHash128
    private let columns: ValueColumns
    /// What a column is worked out of, of the record at hand.
    private var operands: [Quantity] = []
    private var rows = RowColumns()

    init(_ fields: consuming Fields, wanted: FieldPlan, plan: ExtractionPlan, key: SipHash128) {
        self.fields = fields
        self.wanted = wanted
        self.types = TypeTable(plan: plan, schemas: SchemaSet())
        self.key = key
        self.columns = ValueColumns(plan)
    }

    /// Decodes the records into rows and rejections.
    mutating func decode(
        _ records: [RecordBatch.Record], of slab: UnsafeBufferPointer<UInt8>, into result: inout EventBatch
    ) {
        fields.begin(result.records)
        let frame = frame(&result)
        for number in records.indices {
            let offset = Int(records[number].start)
            let end = offset + Int(records[number].length)
            precondition(end <= slab.count, "records lie in the slab")
            let record = unsafe RecordText(
                number: number, offset: offset, bytes: UnsafeBufferPointer(rebasing: slab[offset..<end]))
            let text = result.text.count
            do throws(Refusal) {
                try unsafe fields.cut(record, of: records, in: slab)
                try append(record, frame, to: &result)
            } catch {
                result.text.removeLast(result.text.count - text)
                result.reject(number, error.reason, error.detail)
            }
        }
        rows.move(into: &result)
    }

    private func frame(_ result: inout EventBatch) -> Frame {
        var start: UInt64?
        if case .byte(let offset) = result.records.range.start { start = offset }
        let subject = ByteSlice(offset: result.text.count, length: wanted.constantSubject.count, isUnescaped: true)
        result.text += wanted.constantSubject
        let source = Array(result.records.partition.source.utf8)
        var origin = key
        origin.write(UInt64(source.count))
        for byte in source { origin.write(byte) }
        if wanted.id < 0 {
            for byte in result.records.partition.id.bytes { origin.write(byte) }
            origin.write(0x40 as UInt8)
        }
        return Frame(position: start, subject: subject, origin: origin)
    }

    /// Makes the record that was cut a row.
    ///
    /// Like the methods below it changes nothing of the decoder, but a plain method would be called on a copy of it.
    @inline(__always)
    private mutating func append(
        _ record: RecordText, _ frame: Frame, to result: inout EventBatch
    ) throws(Refusal) {
        let time = try time(of: record, &result.text)
        if let limit = result.before, time >= limit { throw Refusal(future: time, limit) }
        let type = try type(of: record, &result.text)
        var subject = frame.subject
        if wanted.subject >= 0 { subject = try part(wanted.subject, "subject", of: record, &result.text) }
        var identity = frame.origin
        if wanted.id < 0 {
            if let position = frame.position {
                identity.write(decimal: position + UInt64(record.offset))
            } else {
                identity.write(result.records.places[record.number])
            }
        } else {
            let id = try part(wanted.id, "id", of: record, &result.text)
            unsafe record.withBytes(of: id, result.text) { unsafe identity.write($0) }
        }
        if type != EventBatch.noType { try appendMeasures(of: Int(type), record, &result.text) }
        rows.append(
            record: record.number, time: time, type: type, subject: subject, identity: identity.finalize(),
            content: unsafe ContentHash.of(record.bytes))
    }

    @inline(__always)
    private mutating func time(of record: RecordText, _ unescaped: inout [UInt8]) throws(Refusal) -> Timestamp {
        let field = fields.field(wanted.time, of: record, &unescaped)
        if field.kind == .absent { throw Refusal(.schema, "time: \(fields.absence(of: wanted.time))") }
        let time = unsafe record.withBytes(of: field.slice, unescaped) {
            unsafe fields.time(wanted.time, field.kind, $0)
        }
        guard let time else {
            let shown = record.excerpt(of: field.slice, unescaped)
            throw Refusal(.badTime, "\(wanted.names[wanted.time]) \(shown) is not a time between 1677 and 2262")
        }
        return time
    }

    @inline(__always)
    private mutating func type(of record: RecordText, _ unescaped: inout [UInt8]) throws(Refusal) -> UInt16 {
        if wanted.type < 0 { return wanted.constantType }
        let slice = try part(wanted.type, "type", of: record, &unescaped)
        let entry = unsafe record.withBytes(of: slice, unescaped) { unsafe types.find($0) }
        return entry < 0 ? EventBatch.noType : types[entry].plan
    }

    /// The text of a field that the event cannot do without.
    @inline(__always)
    private mutating func part(
        _ index: Int, _ name: StaticString, of record: RecordText, _ unescaped: inout [UInt8]
    ) throws(Refusal) -> ByteSlice {
        let field = fields.field(index, of: record, &unescaped)
        switch field.kind {
        case .string, .text:
            if field.slice.length > 0 { return field.slice }
        case .number:
            // One number has many forms with a fraction or an exponent, so none of them can be who somebody is.
            let isWhole = unsafe record.withBytes(of: field.slice, unescaped) { digits in
                unsafe digits.allSatisfy { $0 &- 0x30 < 10 || $0 == 0x2D }
            }
            if isWhole { return field.slice }
            throw Refusal(.schema, "\(name): \(wanted.names[index]) is a number, but not a whole one")
        case .bool, .composite:
            throw Refusal(.schema, "\(name): \(wanted.names[index]) is neither a string nor a whole number")
        case .absent:
            break
        }
        throw Refusal(.schema, "\(name): \(fields.absence(of: index))")
    }

    /// Appends the values and the fields that the meters of this type want.
    /// - Throws: a refusal when a value is no exact number; the columns are then as before.
    @inline(__always)
    private mutating func appendMeasures(
        of type: Int, _ record: RecordText, _ unescaped: inout [UInt8]
    ) throws(Refusal) {
        let first = wanted.operands[type].lowerBound
        for column in columns.columns(of: type) {
            let operand = columns.plainOperand(of: column)
            do throws(Refusal) {
                guard operand >= 0 else {
                    rows.append(value: try value(of: column, first, record, &unescaped))
                    continue
                }
                rows.append(value: try quantity(first + operand, record, &unescaped))
            } catch {
                rows.cancel()
                throw error
            }
        }
        for measure in wanted.fields[type] { rows.append(field: measured(measure, record, &unescaped)) }
    }

    /// Works a column out; `nil` where the record lacks one of what it is made of.
    private mutating func value(
        of column: Int, _ first: Int, _ record: RecordText, _ unescaped: inout [UInt8]
    ) throws(Refusal) -> Quantity? {
        operands.removeAll(keepingCapacity: true)
        for operand in columns.operands(of: column) {
            guard let value = try quantity(first + operand, record, &unescaped) else { return nil }
            operands.append(value)
        }
        return try columns.value(of: column, operands)
    }

    /// The number that a field is; `nil` where the record has no such field.
    @inline(__always)
    private mutating func quantity(
        _ measure: Int, _ record: RecordText, _ unescaped: inout [UInt8]
    ) throws(Refusal) -> Quantity? {
        let field = measured(measure, record, &unescaped)
        if field.kind == .absent { return nil }
        let isNumber = field.kind == .number || field.kind == .text
        let value = isNumber ? unsafe record.withBytes(of: field.slice, unescaped) { unsafe Quantity(json: $0) } : nil
        guard let value else {
            let shown = record.excerpt(of: field.slice, unescaped)
            throw Refusal(
                .badNumber, "\(wanted.pointers[measure]): \(shown) is not a number in range with up to 12 decimals")
        }
        return value
    }

    @inline(__always)
    private mutating func measured(_ measure: Int, _ record: RecordText, _ unescaped: inout [UInt8]) -> Field {
        let index = wanted.measures[measure]
        return index < 0 ? .absent : fields.field(index, of: record, &unescaped)
    }
}

extension RecordText {
    /// A field's text, at most 64 bytes of it, for a message.
    fileprivate func excerpt(of slice: ByteSlice, _ unescaped: [UInt8]) -> String {
        unsafe withBytes(of: slice, unescaped) { text in
            let start = unsafe String(decoding: text.prefix(64), as: UTF8.self)
            return "\"\(start)\(text.count > 64 ? "…" : "")\""
        }
    }
}

extension SipHash128 {
    /// Feeds the place of a record in a shard: its number, the most significant word first, and one more than its number
    /// among those that were put into one, or 0.
    fileprivate mutating func write(_ place: ShardPosition) {
        guard case .behind(let number, let sub) = place else {
            preconditionFailure("a record has a number")
        }
        write(number.words.0)
        write(number.words.1)
        write(number.words.2)
        write(number.words.3)
        write(sub.map { $0 &+ 1 } ?? 0)
    }
}
