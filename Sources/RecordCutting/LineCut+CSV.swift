import Glibc
import UsageModel

extension LineCut {
    /// Cuts CSV (RFC 4180): a line end between quotes belongs to its field. O(bytes).
    ///
    /// A quote opens a field only where the field begins, so that one in the middle of a word does not swallow the lines
    /// after it. One that opens a field and is never closed makes the record run on: to the next quote, with which it
    /// is a record that cannot be read, or until it is too long. Then it ends with the line in which it became so.
    ///
    /// An empty line is no record. One of spaces is: it is a field.
    package init(csv bytes: UnsafeBufferPointer<UInt8>, delimiter: UInt8, mark: Int, maximum: Int, expected: Int = 0) {
        records.reserveCapacity(expected)
        var first = mark
        // A record that is not too long has its line feed at most behind one carriage return.
        while let lineFeed = unsafe LineCut.recordEnd(
            UnsafeBufferPointer(rebasing: bytes[..<min(bytes.count, first + maximum + 2)]), first, delimiter)
        {
            let record = unsafe LineCut.record(bytes, first, lineFeed)
            if Int(record.length) > maximum {
                isOversized = true
                return
            }
            if record.length > 0 { records.append(record) }
            end = lineFeed + 1
            first = end
        }
        isOversized = bytes.count - first > maximum + 1
    }

    /// Where the line feed stands that ends the record from `start` on.
    private static func recordEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ delimiter: UInt8) -> Int? {
        var index = start
        var lineFeed = unsafe find(0x0A, in: bytes, start, bytes.count)
        while let end = lineFeed {
            guard let quote = unsafe find(0x22, in: bytes, index, end) else { return end }
            index = quote + 1
            if quote > start, unsafe bytes[quote - 1] != delimiter { continue }
            guard let close = unsafe closingQuote(bytes, from: index) else { return nil }
            index = close + 1
            if close > end { lineFeed = unsafe find(0x0A, in: bytes, index, bytes.count) }
        }
        return nil
    }

    /// The quote that closes a field: the first one that is not doubled.
    private static func closingQuote(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var index = start
        while let quote = unsafe find(0x22, in: bytes, index, bytes.count) {
            guard quote + 1 < bytes.count, unsafe bytes[quote + 1] == 0x22 else { return quote }
            index = quote + 2
        }
        return nil
    }

    @inline(__always)
    private static func find(_ byte: Int32, in bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
        guard let base = bytes.baseAddress, start < end, let found = unsafe memchr(base + start, byte, end - start)
        else { return nil }
        return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
}
