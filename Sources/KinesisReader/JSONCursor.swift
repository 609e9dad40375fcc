import AWSClient

/// Goes through a JSON document (RFC 8259) in place, without a tree of it.
///
/// It is for answers of megabytes of which nearly all is base64. What is skipped is checked as far as it has to be to
/// find its end.
struct JSONCursor {
    let bytes: [UInt8]
    private(set) var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    private static let malformed = AWSDecodingError("it is not JSON as it should be")

    /// The first byte of the next value.
    mutating func peek() throws(AWSDecodingError) -> UInt8 {
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] >= 0x09 && bytes[index] <= 0x0D { index += 1 }
        guard index < bytes.count else { throw JSONCursor.malformed }
        return bytes[index]
    }

    mutating func expect(_ byte: UInt8) throws(AWSDecodingError) {
        guard try peek() == byte else { throw JSONCursor.malformed }
        index += 1
    }

    /// Comes to the next member of an object behind its name, or past the object's end.
    /// - Parameter isFirst: true before the first one.
    /// - Returns: where the name stands; `nil` at the end.
    mutating func member(_ isFirst: inout Bool) throws(AWSDecodingError) -> Range<Int>? {
        if isFirst { try expect(UInt8(ascii: "{")) }
        if try peek() == UInt8(ascii: "}") {
            index += 1
            return nil
        }
        if !isFirst { try expect(UInt8(ascii: ",")) }
        isFirst = false
        let name = try string()
        try expect(UInt8(ascii: ":"))
        return name.range
    }

    /// Comes to the next element of an array, or past its end.
    /// - Returns: whether there is one.
    mutating func element(_ isFirst: inout Bool) throws(AWSDecodingError) -> Bool {
        if isFirst { try expect(UInt8(ascii: "[")) }
        if try peek() == UInt8(ascii: "]") {
            index += 1
            return false
        }
        if !isFirst { try expect(UInt8(ascii: ",")) }
        isFirst = false
        return true
    }

    func isName(_ range: Range<Int>, _ name: StaticString) -> Bool {
        guard range.count == name.utf8CodeUnitCount else { return false }
        return unsafe bytes[range].elementsEqual(
            UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    /// Passes a string. Returns where its characters stand, and whether there is a backslash among them.
    mutating func string() throws(AWSDecodingError) -> (range: Range<Int>, isEscaped: Bool) {
        try expect(UInt8(ascii: "\""))
        let start = index
        let end = bytes.count
        var isEscaped = false
        let found: Int? = unsafe bytes.withUnsafeBufferPointer { bytes in
            var index = start
            while index < end {
                let byte = unsafe bytes[index]
                if byte == UInt8(ascii: "\"") { return index }
                if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                    index += 1
                }
                index += 1
            }
            return nil
        }
        guard let found else { throw JSONCursor.malformed }
        index = found + 1
        return (start..<found, isEscaped)
    }

    /// A string's text; `nil` for null.
    mutating func text() throws(AWSDecodingError) -> String? {
        if try peek() == UInt8(ascii: "n") {
            try skip()
            return nil
        }
        let (range, isEscaped) = try string()
        return String(decoding: isEscaped ? try unescaped(range) : Array(bytes[range]), as: UTF8.self)
    }

    /// What an escaped string stands for.
    func unescaped(_ range: Range<Int>) throws(AWSDecodingError) -> [UInt8] {
        var units: [UInt16] = []
        var result: [UInt8] = []
        var index = range.lowerBound
        func flush(_ result: inout [UInt8]) {
            result += String(decoding: units, as: UTF16.self).utf8
            units = []
        }
        while index < range.upperBound {
            guard bytes[index] == UInt8(ascii: "\\"), index + 1 < range.upperBound else {
                flush(&result)
                result.append(bytes[index])
                index += 1
                continue
            }
            index += 2
            switch bytes[index - 1] {
            case UInt8(ascii: "u"):
                guard index + 4 <= range.upperBound,
                    let unit = UInt16(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
                else { throw JSONCursor.malformed }
                units.append(unit)
                index += 4
                continue
            case UInt8(ascii: "b"): units.append(8)
            case UInt8(ascii: "f"): units.append(12)
            case UInt8(ascii: "n"): units.append(10)
            case UInt8(ascii: "r"): units.append(13)
            case UInt8(ascii: "t"): units.append(9)
            case let byte: units.append(UInt16(byte))
            }
        }
        flush(&result)
        return result
    }

    /// Passes a number, of which it gives the thousandfold, rounded down: seconds become milliseconds.
    mutating func thousandths() throws(AWSDecodingError) -> Int64 {
        let number = try number()
        var (value, scale) = (number.digits, number.exponent + 3)
        while scale < 0 {
            value = value >= 0 ? value / 10 : (value - 9) / 10
            scale += 1
        }
        while scale > 0 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { throw JSONCursor.malformed }
            value = product
            scale -= 1
        }
        return value
    }

    /// Passes a number: its digits, of which no more than 18 count, and the power of ten that goes with them.
    private mutating func number() throws(AWSDecodingError) -> (digits: Int64, exponent: Int) {
        _ = try peek()
        var (value, places, count, index) = (Int64(0), 0, 0, self.index)
        var isFraction = false
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        let first = index
        while index < bytes.count {
            let digit = bytes[index] &- 0x30
            if digit < 10 {
                if count < 18 {
                    value = value * 10 + Int64(digit)
                    places -= isFraction ? 1 : 0
                    count += value == 0 ? 0 : 1
                } else {
                    places += isFraction ? 0 : 1
                }
            } else if bytes[index] == UInt8(ascii: "."), !isFraction {
                isFraction = true
            } else {
                break
            }
            index += 1
        }
        if index == first { throw JSONCursor.malformed }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            let start = index + 1
            index = start
            while index < bytes.count, bytes[index] &- 0x30 < 10 || bytes[index] == 0x2B || bytes[index] == 0x2D {
                index += 1
            }
            let text = String(decoding: bytes[start..<index], as: UTF8.self)
            guard let exponent = Int(text), abs(exponent) < 40 else { throw JSONCursor.malformed }
            places += exponent
        }
        self.index = index
        return (isNegative ? -value : value, max(places, -40))
    }

    /// Passes a value of any kind.
    mutating func skip() throws(AWSDecodingError) {
        var depth = 0
        repeat {
            switch try peek() {
            case UInt8(ascii: "\""): _ = try string()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                index += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                if depth == 0 { throw JSONCursor.malformed }
                index += 1
            default:
                let start = index
                while index < bytes.count, JSONCursor.isOfWord(bytes[index]) { index += 1 }
                if index == start { throw JSONCursor.malformed }
            }
        } while depth > 0
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == 0x2D || byte == 0x2B || byte == 0x2E
    }
}
