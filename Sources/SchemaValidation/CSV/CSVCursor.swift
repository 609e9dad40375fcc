import UsageModel

/// Goes through the fields of one CSV record (RFC 4180).
///
/// A quote opens a field only where the field begins; so the reader finds the record's end by the same rule.
struct CSVCursor {
    struct Found {
        /// Where the field lies in the record, without its quotes.
        var range: Range<Int>
        /// Whether it holds quotes, which are written double.
        var hasQuotes = false
    }

    let delimiter: UInt8
    private var index = 0
    /// Whether the last field was given.
    private(set) var isAtEnd = false

    init(delimiter: UInt8) {
        self.delimiter = delimiter
    }

    /// The next field; there is one until ``isAtEnd``. O(its length).
    /// - Throws: a refusal that names the column, counted in bytes from 1.
    @inline(__always)
    mutating func next(_ record: UnsafeBufferPointer<UInt8>) throws(Refusal) -> Found {
        if index < record.count, unsafe record[index] == 0x22 { return try unsafe quoted(record) }
        let start = index
        while index < record.count, case let byte = unsafe record[index], byte != delimiter {
            if byte == 0x22 { throw refusal("a quote in a field that does not begin with one", at: index) }
            if byte == 0x0D { throw refusal("a carriage return outside quotes", at: index) }
            index += 1
        }
        let end = index
        passDelimiter(record.count)
        return Found(range: start..<end)
    }

    @inline(__always)
    private mutating func quoted(_ record: UnsafeBufferPointer<UInt8>) throws(Refusal) -> Found {
        let quote = index
        var hasQuotes = false
        index += 1
        while true {
            while index < record.count, unsafe record[index] != 0x22 { index += 1 }
            if index == record.count { throw refusal("the quote is not closed that opens", at: quote) }
            guard index + 1 < record.count, unsafe record[index + 1] == 0x22 else { break }
            hasQuotes = true
            index += 2
        }
        let end = index
        index += 1
        if index < record.count, unsafe record[index] != delimiter {
            throw refusal("expected a delimiter after the closing quote", at: index)
        }
        passDelimiter(record.count)
        return Found(range: quote + 1..<end, hasQuotes: hasQuotes)
    }

    @inline(__always)
    private mutating func passDelimiter(_ count: Int) {
        isAtEnd = index == count
        index += 1
    }

    private func refusal(_ what: StaticString, at index: Int) -> Refusal {
        Refusal(.badLine, "\(what) at column \(index + 1)")
    }
}

extension RecordText {
    /// A field with its doubled quotes undone, into `unescaped`.
    func undoubled(_ range: Range<Int>, _ unescaped: inout [UInt8]) -> ByteSlice {
        let first = unescaped.count
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = unsafe bytes[index]
            unescaped.append(byte)
            index += byte == 0x22 ? 2 : 1
        }
        return ByteSlice(offset: first, length: unescaped.count - first, isUnescaped: true)
    }
}
