public import UsageModel

/// What ends a record of a file or an object.
public enum RecordRule: Sendable, Hashable {
    /// The end of its line; a line of white space is none.
    case lines
    /// The end of a line that is not between quotes, as in CSV (RFC 4180); an empty line is none. With a header, the
    /// first record names the columns: it is in no batch's records, but in the `RecordBatch.header` of all.
    case csv(delimiter: UInt8, hasHeader: Bool)

    /// Whether the first record names the columns.
    public var hasHeader: Bool {
        switch self {
        case .lines: false
        case .csv(_, let hasHeader): hasHeader
        }
    }

    /// The records of a whole file, whose end ends the last one; the header is one of them. O(bytes).
    public func records(in contents: [UInt8]) -> [RecordBatch.Record] {
        unsafe contents.withUnsafeBufferPointer { bytes in
            let mark = unsafe LineCut.mark(bytes, at: 0)
            let cut = unsafe self.cut(bytes, mark: mark, maximum: bytes.count)
            let tail = unsafe LineCut.record(bytes, max(mark, cut.end), bytes.count)
            return unsafe isBlank(bytes, tail) ? cut.records : cut.records + [tail]
        }
    }

    package func cut(_ bytes: UnsafeBufferPointer<UInt8>, mark: Int, maximum: Int, expected: Int = 0) -> LineCut {
        switch self {
        case .lines:
            unsafe LineCut(bytes, mark: mark, maximum: maximum, expected: expected)
        case .csv(let delimiter, _):
            unsafe LineCut(csv: bytes, delimiter: delimiter, mark: mark, maximum: maximum, expected: expected)
        }
    }

    /// Whether what stands in a record's place is none.
    package func isBlank(_ bytes: UnsafeBufferPointer<UInt8>, _ record: RecordBatch.Record) -> Bool {
        switch self {
        case .lines: unsafe LineCut.isBlank(bytes, record)
        case .csv: record.length == 0
        }
    }
}
