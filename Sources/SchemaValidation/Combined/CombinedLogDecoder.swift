import UsageModel

/// Decodes the Combined Log Format, one request a record.
///
/// In the quoted fields `\"` and `\\` are undone; other escapes of the servers, such as `\x22` or `\n`, stay as they are
/// written, so that a field is always readable text. `-` means that there is none, which for `bytes` is 0. Zeros before
/// other digits of `status` and `bytes` are dropped, so that both are JSON numbers.
struct CombinedLogDecoder {
    private let mapping: EventMapping
    private let key: SipHash128
    private let types: TypeTable
    /// For each type of the plan the fields that its pointers mean; `nil` where a pointer means none.
    private let fields: [[CombinedField?]]
    private let values: [[CombinedField?]]
    private let plans: [ExtractionPlan.TypePlan]
    private let constantType: Int
    private let constantSubject: [UInt8]
    private let zero: [UInt8] = [0x30]

    init(mapping: EventMapping, plan: ExtractionPlan, key: SipHash128) {
        self.mapping = mapping
        self.key = key
        self.plans = plan.types
        self.types = TypeTable(plan: plan, schemas: SchemaSet())
        self.fields = plan.types.map { $0.fields.map(CombinedField.init(pointer:)) }
        self.values = plan.types.map { $0.values.map(CombinedField.init(pointer:)) }
        if case .constant(let type) = mapping.type {
            constantType = unsafe type.bytes.withUnsafeBufferPointer { [types] in unsafe types.find($0) }
        } else {
            constantType = -1
        }
        if case .constant(let subject) = mapping.subject {
            constantSubject = subject.bytes
        } else {
            constantSubject = []
        }
    }

    /// Decodes the records into rows and rejections.
    mutating func decode(
        _ records: [RecordBatch.Record], of slab: UnsafeBufferPointer<UInt8>, into result: inout EventBatch
    ) {
        let origin = origin(of: result.records.partition)
        let start: UInt64
        switch result.records.range.start {
        case .byte(let offset): start = offset
        }
        let subject = ByteSlice(offset: result.text.count, length: constantSubject.count, isUnescaped: true)
        result.text += constantSubject
        for number in records.indices {
            let record = records[number]
            let offset = Int(record.start)
            let end = offset + Int(record.length)
            precondition(end <= slab.count, "records lie in the slab")
            let line = unsafe UnsafeBufferPointer(rebasing: slab[offset..<end])
            let text = result.text.count
            do throws(Refusal) {
                let row = CombinedRow(
                    record: number, offset: offset, position: start + UInt64(offset), subject: subject, origin: origin)
                try unsafe append(row, line, to: &result)
            } catch {
                result.text.removeLast(result.text.count - text)
                result.reject(number, error.reason, error.detail)
            }
        }
    }

    /// The digest's state after what all identities of the partition begin with.
    private func origin(of partition: Partition) -> SipHash128 {
        let source = Array(partition.source.utf8)
        var state = key
        state.write(UInt64(source.count))
        for byte in source { state.write(byte) }
        if mapping.id == .position {
            for byte in partition.id.bytes { state.write(byte) }
            state.write(0x40 as UInt8)
        }
        return state
    }

    @inline(__always)
    private func append(
        _ row: CombinedRow, _ text: UnsafeBufferPointer<UInt8>, to result: inout EventBatch
    ) throws(Refusal) {
        try unsafe CombinedLogDecoder.checkBytes(text)
        let line = try unsafe CombinedLine(text)
        let time = try unsafe time(line, text)
        let type = try unsafe type(line, row, text, &result.text)
        var subject = row.subject
        if case .field(let field) = mapping.subject {
            subject = try unsafe self.text(of: field, as: "subject", line, row, text, &result.text)
        }
        let identity = try unsafe identity(line, row, text, &result.text)
        let firstField = UInt32(truncatingIfNeeded: result.fields.count)
        let firstValue = UInt32(truncatingIfNeeded: result.values.count)
        if type != EventBatch.noType {
            try unsafe appendMeasures(of: Int(type), line, row, text, to: &result)
        }
        result.firstField.append(firstField)
        result.firstValue.append(firstValue)
        result.record.append(UInt32(truncatingIfNeeded: row.record))
        result.time.append(time)
        result.type.append(type)
        result.subject.append(subject)
        result.identity.append(identity)
        result.content.append(unsafe ContentHash.of(text))
    }

    @inline(__always)
    private func time(_ line: CombinedLine, _ text: UnsafeBufferPointer<UInt8>) throws(Refusal) -> Timestamp {
        guard let range = line.range(of: mapping.time) else {
            throw Refusal(.badTime, "the line has no \(mapping.time.rawValue)")
        }
        let written = unsafe UnsafeBufferPointer(rebasing: text[range])
        let time =
            mapping.time == .time ? unsafe CombinedTime.parse(written) : unsafe Timestamp(rfc3339: written)
        guard let time else {
            let shown = unsafe String(decoding: written.prefix(64), as: UTF8.self)
            throw Refusal(.badTime, "\(mapping.time.rawValue) \"\(shown)\" is not a time between 1677 and 2262")
        }
        return time
    }

    @inline(__always)
    private func type(
        _ line: CombinedLine, _ row: CombinedRow, _ text: UnsafeBufferPointer<UInt8>, _ unescaped: inout [UInt8]
    ) throws(Refusal) -> UInt16 {
        var entry = constantType
        if case .field(let field) = mapping.type {
            let slice = try unsafe self.text(of: field, as: "type", line, row, text, &unescaped)
            entry = unsafe withBytes(of: slice, row, text, unescaped) { unsafe types.find($0) }
        }
        return entry < 0 ? EventBatch.noType : types.entries[entry].plan
    }

    @inline(__always)
    private func identity(
        _ line: CombinedLine, _ row: CombinedRow, _ text: UnsafeBufferPointer<UInt8>, _ unescaped: inout [UInt8]
    ) throws(Refusal) -> Digest128 {
        var state = row.origin
        switch mapping.id {
        case .position:
            state.write(decimal: row.position)
        case .field(let field):
            let slice = try unsafe self.text(of: field, as: "id", line, row, text, &unescaped)
            unsafe withBytes(of: slice, row, text, unescaped) { unsafe state.write($0) }
        }
        return state.finalize()
    }

    /// A field that the event cannot do without.
    @inline(__always)
    private func text(
        of field: CombinedField, as part: StaticString, _ line: CombinedLine, _ row: CombinedRow,
        _ text: UnsafeBufferPointer<UInt8>, _ unescaped: inout [UInt8]
    ) throws(Refusal) -> ByteSlice {
        let found = unsafe self.field(field, line, row, text, &unescaped)
        guard found.kind != .absent, found.slice.length > 0 else {
            throw Refusal(.schema, "\(part): the line has no \(field.rawValue)")
        }
        return found.slice
    }

    @inline(__always)
    private func withBytes<Result>(
        of slice: ByteSlice, _ row: CombinedRow, _ text: UnsafeBufferPointer<UInt8>, _ unescaped: [UInt8],
        _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        if slice.isUnescaped {
            return unsafe unescaped.withUnsafeBufferPointer {
                unsafe body(UnsafeBufferPointer(rebasing: $0[slice.offset..<slice.offset + slice.length]))
            }
        }
        let start = slice.offset - row.offset
        return unsafe body(UnsafeBufferPointer(rebasing: text[start..<start + slice.length]))
    }

    /// Appends the values and the fields that the meters of this type want.
    /// - Throws: a refusal when a value is no exact number; the columns are then as before.
    @inline(__always)
    private func appendMeasures(
        of plan: Int, _ line: CombinedLine, _ row: CombinedRow, _ text: UnsafeBufferPointer<UInt8>,
        to result: inout EventBatch
    ) throws(Refusal) {
        let before = result.values.count
        for index in values[plan].indices {
            let field =
                if let wanted = values[plan][index] { unsafe self.field(wanted, line, row, text, &result.text) } else {
                    Field.absent
                }
            if field.kind == .absent {
                result.values.append(nil)
                continue
            }
            let value =
                field.kind == .number
                ? unsafe withBytes(of: field.slice, row, text, result.text) { unsafe Quantity(json: $0) } : nil
            guard let value else {
                result.values.removeLast(result.values.count - before)
                throw Refusal(.badNumber, "\(plans[plan].values[index]) is not a number in range")
            }
            result.values.append(value)
        }
        for wanted in fields[plan] {
            let field =
                if let wanted { unsafe self.field(wanted, line, row, text, &result.text) } else { Field.absent }
            result.fields.append(field)
        }
    }

    @inline(__always)
    private func field(
        _ field: CombinedField, _ line: CombinedLine, _ row: CombinedRow, _ text: UnsafeBufferPointer<UInt8>,
        _ unescaped: inout [UInt8]
    ) -> Field {
        guard var range = line.range(of: field) else { return .absent }
        let isNone = unsafe range.count == 1 && text[range.lowerBound] == 0x2D
        if field == .status || field == .bytes {
            if isNone {
                if field == .status { return .absent }
                let slice = ByteSlice(offset: unescaped.count, length: 1, isUnescaped: true)
                unescaped += zero
                return Field(slice: slice, kind: .number)
            }
            while range.count > 1, unsafe text[range.lowerBound] == 0x30 {
                range = range.lowerBound + 1..<range.upperBound
            }
            return Field(slice: ByteSlice(offset: row.offset + range.lowerBound, length: range.count), kind: .number)
        }
        if isNone { return .absent }
        if field.isQuoted, let slice = unsafe CombinedLogDecoder.unescape(text, range, &unescaped) {
            return Field(slice: slice, kind: .string)
        }
        return Field(slice: ByteSlice(offset: row.offset + range.lowerBound, length: range.count), kind: .string)
    }
}
