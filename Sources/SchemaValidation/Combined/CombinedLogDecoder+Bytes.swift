import UsageModel

/// One line on its way to a row.
struct CombinedRow {
    /// Its index in the record batch.
    var record: Int
    /// The offset of its first byte in the slab.
    var offset: Int
    /// The position of its first byte in the partition.
    var position: UInt64
    /// The subject, where it is the same for all.
    var subject: ByteSlice
    /// The digest's state after what all identities of the partition begin with.
    var origin: SipHash128
}

extension CombinedLogDecoder {
    /// - Throws: a refusal for a line that is not UTF-8 or has a control character. O(length), eight bytes a step.
    @inline(__always)
    static func checkBytes(_ line: UnsafeBufferPointer<UInt8>) throws(Refusal) {
        let raw = UnsafeRawBufferPointer(line)
        var suspicious: UInt64 = 0
        var index = 0
        while index &+ 8 <= raw.count {
            let word = unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            // The high bit of each byte that has it itself or is below 0x20; a carry only adds suspicion.
            suspicious |= (word | (word &- 0x2020_2020_2020_2020)) & 0x8080_8080_8080_8080
            index &+= 8
        }
        while index < raw.count {
            let byte = unsafe raw[index]
            if byte < 0x20 || byte >= 0x80 { suspicious |= 1 }
            index &+= 1
        }
        if suspicious != 0 { try unsafe checkEachByte(line) }
    }

    private static func checkEachByte(_ line: UnsafeBufferPointer<UInt8>) throws(Refusal) {
        if let offset = unsafe JSONTape.firstInvalidUTF8(in: line) {
            throw Refusal(.badEncoding, "not UTF-8 at column \(offset + 1)")
        }
        if let column = unsafe line.firstIndex(where: { $0 < 0x20 }) {
            throw Refusal(.badLine, "a control character at column \(column + 1)")
        }
    }

    /// Undoes `\"` and `\\` of a quoted field into `unescaped`; `nil` when it has none of them.
    @inline(__always)
    static func unescape(
        _ line: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ unescaped: inout [UInt8]
    ) -> ByteSlice? {
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

extension SipHash128 {
    /// Feeds a number's decimal digits.
    @inline(__always)
    mutating func write(decimal number: UInt64) {
        var divisor: UInt64 = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            write(UInt8(truncatingIfNeeded: number / divisor % 10) + 0x30)
            divisor /= 10
        }
    }
}
