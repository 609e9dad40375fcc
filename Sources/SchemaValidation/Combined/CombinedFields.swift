import UsageModel

/// The fields of access logs in Combined or Common Log Format, one request a record.
///
/// In the quoted fields `\"` and `\\` are undone; other escapes of the servers, such as `\x22` or `\n`, stay as they
/// are written, so that a field is always readable text. `-` means that there is none, which for `bytes` is 0. Zeros before
/// other digits of `status` and `bytes` are dropped, so that both are JSON numbers.
struct CombinedFields: RecordFields {
    private let names: [ByteString]
    private let fields: [CombinedField?]
    private let isCommon: Bool
    private var line = CombinedLine()

    /// - Parameter isCommon: whether a line ends with the size.
    init(names: [ByteString], isCommon: Bool) {
        self.names = names
        self.isCommon = isCommon
        fields = names.map { name in CombinedField.allCases.first { ByteString($0.rawValue) == name } }
    }

    mutating func begin(_ batch: RecordBatch) {}

    @inline(__always)
    mutating func cut(
        _ record: RecordText, of records: [RecordBatch.Record], in slab: UnsafeBufferPointer<UInt8>
    ) throws(Refusal) {
        try record.check()
        line = try unsafe CombinedLine(record.bytes, isCommon: isCommon)
    }

    @inline(__always)
    mutating func field(_ index: Int, of record: RecordText, _ unescaped: inout [UInt8]) -> Field {
        guard let field = fields[index], var range = line.range(of: field) else { return .absent }
        let isNone = unsafe range.count == 1 && record.bytes[range.lowerBound] == 0x2D
        if field == .status || field == .bytes {
            if isNone {
                if field == .status { return .absent }
                let slice = ByteSlice(offset: unescaped.count, length: 1, isUnescaped: true)
                unescaped.append(0x30)
                return Field(slice: slice, kind: .number)
            }
            while range.count > 1, unsafe record.bytes[range.lowerBound] == 0x30 {
                range = range.lowerBound + 1..<range.upperBound
            }
            return Field(slice: record.slice(range), kind: .number)
        }
        if isNone { return .absent }
        if field.isQuoted, let slice = CombinedFields.unescape(record, range, &unescaped) {
            return Field(slice: slice, kind: .string)
        }
        return Field(slice: record.slice(range), kind: .string)
    }

    /// `time` is written as the log writes it, any other field as RFC 3339.
    @inline(__always)
    func time(_ index: Int, _ kind: Field.Kind, _ text: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        unsafe fields[index] == .time ? CombinedTime.parse(text) : Timestamp(rfc3339: text)
    }

    func absence(of index: Int) -> String { "the line has no \(names[index])" }

    /// Undoes `\"` and `\\` of a quoted field into `unescaped`; `nil` when it has none of them.
    @inline(__always)
    private static func unescape(
        _ record: RecordText, _ range: Range<Int>, _ unescaped: inout [UInt8]
    ) -> ByteSlice? {
        let line = unsafe record.bytes
        var index = range.lowerBound
        while index < range.upperBound, unsafe line[index] != 0x5C { index += 1 }
        if index == range.upperBound { return nil }
        let first = unescaped.count
        index = range.lowerBound
        while index < range.upperBound {
            let byte = unsafe line[index]
            if byte == 0x5C, index + 1 < range.upperBound, case let next = unsafe line[index + 1],
                next == 0x22 || next == 0x5C
            {
                index += 1
                unescaped.append(next)
            } else {
                unescaped.append(byte)
            }
            index += 1
        }
        return ByteSlice(offset: first, length: unescaped.count - first, isUnescaped: true)
    }
}
