import UsageModel

/// Reads comma-separated values (RFC 4180), record by record, without copying a field that has no escaped quote.
///
/// Lines end in LF or CRLF; a byte order mark and empty lines are skipped. Stricter than the RFC's examples elsewhere: a
/// quote inside an unquoted field and text after a closing quote are faults, because each is a typing error.
public struct CSVReader {
    /// One field of the record that was read last.
    public struct Field {
        /// Where it begins in the file, with its quote.
        public var offset: Int
        /// Its bytes, in the file or in `unescaped`.
        var range: Range<Int>
        var isUnescaped: Bool
    }

    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    let csv: [UInt8]
    /// The fields whose doubled quotes were undone.
    private(set) var unescaped: [UInt8] = []
    /// The record that was read last.
    public private(set) var fields: [Field] = []
    private var index = 0

    public init(_ csv: [UInt8]) {
        self.csv = csv
        if csv.starts(with: CSVReader.byteOrderMark) { index = CSVReader.byteOrderMark.count }
    }

    /// Reads the next record into ``fields``; `false` at the end of the file. O(bytes of the record).
    public mutating func next() throws(CSVFault) -> Bool {
        fields.removeAll(keepingCapacity: true)
        unescaped.removeAll(keepingCapacity: true)
        while try skipLineEnd() {}
        if index == csv.count { return false }
        while true {
            try readField()
            if index == csv.count { return true }
            if csv[index] == 0x2C {
                index += 1
                continue
            }
            _ = try skipLineEnd()
            return true
        }
    }

    /// The bytes of a field of the present record.
    public func bytes(of field: Field) -> [UInt8] {
        field.isUnescaped ? Array(unescaped[field.range]) : Array(csv[field.range])
    }

    /// The number of a field's bytes in a table, counted in the order they first came.
    func intern(_ field: Field, in table: inout ByteTable) -> UInt32 {
        let bytes = unsafe (field.isUnescaped ? unescaped : csv).span.bytes.extracting(field.range)
        return table.value(of: bytes, orAdd: UInt32(table.count))
    }

    private mutating func skipLineEnd() throws(CSVFault) -> Bool {
        guard index < csv.count else { return false }
        if csv[index] == 0x0A {
            index += 1
            return true
        }
        guard csv[index] == 0x0D else { return false }
        guard index + 1 < csv.count, csv[index + 1] == 0x0A else {
            throw CSVFault(at: index, "a carriage return without a line feed; end lines with LF or CRLF")
        }
        index += 2
        return true
    }

    private mutating func readField() throws(CSVFault) {
        let start = index
        if index < csv.count, csv[index] == 0x22 { return try readQuotedField() }
        while index < csv.count {
            let byte = csv[index]
            if byte == 0x2C || byte == 0x0A || byte == 0x0D { break }
            if byte == 0x22 {
                throw CSVFault(
                    at: index, "a quote inside an unquoted field; quote the whole field and double the quote")
            }
            index += 1
        }
        fields.append(Field(offset: start, range: start..<index, isUnescaped: false))
    }

    private mutating func readQuotedField() throws(CSVFault) {
        let start = index
        index += 1
        var stretch = index
        let first = unescaped.count
        var hasEscape = false
        while true {
            guard index < csv.count else { throw CSVFault(at: start, "the quoted field is not closed; add its quote") }
            guard csv[index] == 0x22 else {
                index += 1
                continue
            }
            guard index + 1 < csv.count, csv[index + 1] == 0x22 else { break }
            hasEscape = true
            unescaped.append(contentsOf: csv[stretch...index])
            index += 2
            stretch = index
        }
        if hasEscape { unescaped.append(contentsOf: csv[stretch..<index]) }
        fields.append(
            Field(
                offset: start, range: hasEscape ? first..<unescaped.count : stretch..<index, isUnescaped: hasEscape))
        index += 1
        if index < csv.count, csv[index] != 0x2C, csv[index] != 0x0A, csv[index] != 0x0D {
            throw CSVFault(at: index, "text after a closing quote; put it inside, or a comma before it")
        }
    }
}
