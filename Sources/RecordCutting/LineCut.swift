import Glibc
package import UsageModel

/// The whole lines, or other records, at the beginning of some bytes.
package struct LineCut {
    /// The records of the lines, blank ones left out.
    package var records: [RecordBatch.Record] = []
    /// Where the whole lines end.
    package var end = 0
    /// Whether the line at `end` is longer than the limit, as far as it can be seen.
    package var isOversized = false

    /// Cuts until the last line end, or until a line that is too long. O(bytes).
    /// - Parameters:
    ///   - mark: bytes at the beginning that belong to the first line's range but not to its record.
    ///   - maximum: of a record.
    package init(_ bytes: UnsafeBufferPointer<UInt8>, mark: Int, maximum: Int, expected: Int = 0) {
        guard let base = bytes.baseAddress else { return }
        records.reserveCapacity(expected)
        var first = mark
        while end < bytes.count, let found = unsafe memchr(base + end, 0x0A, bytes.count - end) {
            let newline = unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
            let record = unsafe LineCut.record(bytes, first, newline)
            if Int(record.length) > maximum {
                isOversized = true
                return
            }
            if unsafe !LineCut.isBlank(bytes, record) { records.append(record) }
            end = newline + 1
            first = end
        }
        // A carriage return at the very end may belong to the line end that is yet to come.
        isOversized = bytes.count - first > maximum + 1
    }

    /// One record, and where its line ends.
    package init(only record: RecordBatch.Record, end: Int) {
        records = [record]
        self.end = end
    }

    /// The bytes from `start` to a line end, without a carriage return at their end.
    package static func record(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> RecordBatch.Record {
        let stop = unsafe end > start && bytes[end - 1] == 0x0D ? end - 1 : end
        return RecordBatch.Record(
            start: UInt32(truncatingIfNeeded: start), length: UInt32(truncatingIfNeeded: max(0, stop - start)))
    }

    /// Nothing but spaces, tabs and carriage returns.
    package static func isBlank(_ bytes: UnsafeBufferPointer<UInt8>, _ record: RecordBatch.Record) -> Bool {
        var index = Int(record.start)
        let end = index + Int(record.length)
        while index < end {
            let byte = unsafe bytes[index]
            if byte != 0x20 && byte != 0x09 && byte != 0x0D { return false }
            index += 1
        }
        return true
    }

    /// The bytes of a UTF-8 byte order mark at a file's beginning.
    package static func mark(_ bytes: UnsafeBufferPointer<UInt8>, at offset: UInt64) -> Int {
        unsafe offset == 0 && bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
    }
}
