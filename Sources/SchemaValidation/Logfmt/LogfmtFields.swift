import UsageModel

/// The fields of logfmt: `key=value key="quoted \"value\"" bare`, set apart by spaces and tabs. All are text.
///
/// A bare key is `true`; an empty value is absent. Of a key that comes twice the first one counts, so that what is
/// added to a line, a client's text for example, cannot change what stands before it. A value between quotes has the
/// escapes of JSON strings, as the writers of logfmt use them. Other values go on to the next space and have no quotes.
struct LogfmtFields: RecordFields {
    private enum Form {
        case missing, bare, plain, escaped
    }

    /// Where a wanted field stands.
    private struct Place {
        var form = Form.missing
        var range = 0..<0
    }

    private let names: [ByteString]
    /// The names' beginnings, as ``JSONName`` has them.
    private let words: [UInt64]
    private var places: [Place]
    private var index = 0

    init(names: [ByteString]) {
        self.names = names
        words = names.map { JSONName.word($0.bytes) }
        places = Array(repeating: Place(), count: names.count)
    }

    mutating func begin(_ batch: RecordBatch) {}

    @inline(__always)
    mutating func cut(
        _ record: RecordText, of records: [RecordBatch.Record], in slab: UnsafeBufferPointer<UInt8>
    ) throws(Refusal) {
        try record.check(allowing: 1 << 0x09)
        for slot in places.indices { places[slot].form = .missing }
        let line = unsafe record.bytes
        index = 0
        while true {
            while index < line.count, unsafe line[index] <= 0x20 { index += 1 }
            if index == line.count { return }
            try unsafe pair(line)
        }
    }

    /// A key and its value, up to the space after it.
    @inline(__always)
    private mutating func pair(_ line: UnsafeBufferPointer<UInt8>) throws(Refusal) {
        let start = index
        while index < line.count, case let byte = unsafe line[index], byte > 0x20, byte != 0x3D {
            if byte == 0x22 { throw refusal("a quote in a key", at: index) }
            index += 1
        }
        if index == start { throw refusal("a key is missing", at: index) }
        let slot = unsafe slot(of: start..<index, line)
        guard index < line.count, unsafe line[index] == 0x3D else { return note(slot, .bare, start..<index) }
        index += 1
        if index < line.count, unsafe line[index] == 0x22 { return try unsafe quoted(slot, line) }
        let first = index
        while index < line.count, case let byte = unsafe line[index], byte > 0x20 {
            if byte == 0x22 { throw refusal("a quote in a value that does not begin with one", at: index) }
            index += 1
        }
        note(slot, .plain, first..<index)
    }

    @inline(__always)
    private mutating func quoted(_ slot: Int, _ line: UnsafeBufferPointer<UInt8>) throws(Refusal) {
        let first = index + 1
        var hasEscapes = false
        index = first
        while index < line.count, case let byte = unsafe line[index], byte != 0x22 {
            if byte == 0x5C { hasEscapes = true }
            index += byte == 0x5C ? 2 : 1
        }
        if index >= line.count { throw refusal("the quote is not closed that opens", at: first - 1) }
        let range = first..<index
        if hasEscapes { try unsafe checkEscapes(UnsafeBufferPointer(rebasing: line[range]), at: first) }
        index += 1
        if index < line.count, unsafe line[index] > 0x20 {
            throw refusal("expected a space after the closing quote", at: index)
        }
        note(slot, hasEscapes ? .escaped : .plain, range)
    }

    private func checkEscapes(_ value: UnsafeBufferPointer<UInt8>, at first: Int) throws(Refusal) {
        do throws(JSONFault) {
            _ = try unsafe JSONEscape.validate(value, at: first)
        } catch {
            guard case .malformed(_, let offset) = error else { return }
            throw refusal("an escape that JSON strings do not have", at: offset)
        }
    }

    @inline(__always)
    private mutating func note(_ slot: Int, _ form: Form, _ range: Range<Int>) {
        if slot < 0 || places[slot].form != .missing { return }
        places[slot] = Place(form: form, range: range)
    }

    /// The index of a key in `names`; -1 when it is not wanted.
    @inline(__always)
    private func slot(of key: Range<Int>, _ line: UnsafeBufferPointer<UInt8>) -> Int {
        let word = unsafe JSONName.word(line, from: key.lowerBound, length: key.count)
        for slot in words.indices where words[slot] == word && names[slot].bytes.count == key.count {
            if key.count <= 8 { return slot }
            let written = unsafe UnsafeBufferPointer(rebasing: line[key])
            if unsafe names[slot].bytes.withUnsafeBufferPointer({ unsafe Bytes.equal($0, written) }) { return slot }
        }
        return -1
    }

    private func refusal(_ what: StaticString, at index: Int) -> Refusal {
        Refusal(.badLine, "\(what) at column \(index + 1)")
    }

    @inline(__always)
    mutating func field(_ index: Int, of record: RecordText, _ unescaped: inout [UInt8]) -> Field {
        let place = places[index]
        let first = unescaped.count
        switch place.form {
        case .missing:
            return .absent
        case .plain:
            return place.range.isEmpty ? .absent : Field(slice: record.slice(place.range), kind: .text)
        case .bare:
            unescaped.append(contentsOf: "true".utf8)
        case .escaped:
            let written = unsafe UnsafeBufferPointer(rebasing: record.bytes[place.range])
            unsafe JSONEscape.forEachByte(of: written) { byte in
                unescaped.append(byte)
                return true
            }
        }
        let slice = ByteSlice(offset: first, length: unescaped.count - first, isUnescaped: true)
        return Field(slice: slice, kind: .text)
    }

    func absence(of index: Int) -> String { "the record has no \(names[index])" }
}
