import UsageModel

/// The fields of CSV records (RFC 4180): all of them text, an empty one absent.
///
/// Which columns there are, the header says that each batch carries, or the configuration. The header is read again
/// only when a batch has another one than the batch before. Names are compared as bytes, white space included.
struct CSVFields: RecordFields {
    /// Where a wanted field stands.
    private struct Place {
        var isColumn = false
        var found = CSVCursor.Found(range: 0..<0)
    }

    private static let controls: UInt32 = 1 << 0x09 | 1 << 0x0A | 1 << 0x0D

    private let dialect: CSVDialect
    private let names: [ByteString]
    /// The header that `columns` were read from.
    private var header: [UInt8]?
    /// For each column the index of its name in `names`; -1 where it is not wanted.
    private var columns: [Int] = []
    private var places: [Place]
    /// Why no record can be read under this header.
    private var problem: Refusal?

    init(dialect: CSVDialect, names: [ByteString]) {
        self.dialect = dialect
        self.names = names
        places = Array(repeating: Place(), count: names.count)
        for column in dialect.columns ?? [] { add(column) }
    }

    mutating func begin(_ batch: RecordBatch) {
        guard dialect.columns == nil, header != batch.header else { return }
        header = batch.header
        columns = []
        places = Array(repeating: Place(), count: names.count)
        problem = nil
        do throws(Refusal) {
            try unsafe batch.header.withUnsafeBufferPointer { (header) throws(Refusal) in
                try unsafe read(RecordText(number: 0, offset: 0, bytes: header))
            }
        } catch {
            problem = Refusal(error.reason, "the header: \(error.detail)")
        }
    }

    private mutating func read(_ header: RecordText) throws(Refusal) {
        if unsafe header.bytes.isEmpty { throw Refusal(.badLine, "it is longer than a record may be") }
        try header.check(allowing: CSVFields.controls)
        var cursor = CSVCursor(delimiter: dialect.delimiter)
        while !cursor.isAtEnd {
            let found = try unsafe cursor.next(header.bytes)
            var name: [UInt8] = []
            if found.hasQuotes {
                _ = header.undoubled(found.range, &name)
            } else {
                unsafe name.append(contentsOf: header.bytes[found.range])
            }
            // Which of two equal names is meant is open, and what is billed may not depend on luck.
            if !add(ByteString(name)) {
                throw Refusal(.schema, "two columns are named \"\(ByteString(name))\"")
            }
        }
    }

    /// Adds the next column. Whether it is the only one of its name, where it is wanted.
    @discardableResult
    private mutating func add(_ column: ByteString) -> Bool {
        let index = names.firstIndex(of: column)
        columns.append(index ?? -1)
        guard let index else { return true }
        defer { places[index].isColumn = true }
        return !places[index].isColumn
    }

    @inline(__always)
    mutating func cut(
        _ record: RecordText, of records: [RecordBatch.Record], in slab: UnsafeBufferPointer<UInt8>
    ) throws(Refusal) {
        if let problem { throw problem }
        try record.check(allowing: CSVFields.controls)
        var cursor = CSVCursor(delimiter: dialect.delimiter)
        var count = 0
        while !cursor.isAtEnd {
            let found = try unsafe cursor.next(record.bytes)
            if count < columns.count, case let index = columns[count], index >= 0 { places[index].found = found }
            count += 1
        }
        if count != columns.count {
            throw Refusal(.badLine, "\(count) fields, where there are \(columns.count) columns")
        }
    }

    @inline(__always)
    mutating func field(_ index: Int, of record: RecordText, _ unescaped: inout [UInt8]) -> Field {
        let place = places[index]
        guard place.isColumn, !place.found.range.isEmpty else { return .absent }
        let range = place.found.range
        let slice = place.found.hasQuotes ? record.undoubled(range, &unescaped) : record.slice(range)
        return Field(slice: slice, kind: .text)
    }

    func absence(of index: Int) -> String {
        places[index].isColumn ? "the record has no \(names[index])" : "there is no column \(names[index])"
    }
}
