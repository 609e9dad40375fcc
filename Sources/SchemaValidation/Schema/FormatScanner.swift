/// The bytes of one string, read against the grammars of `format`. Behind the end stands 0, which no grammar has.
@safe
struct FormatScanner {
    private let text: UnsafeBufferPointer<UInt8>

    init(_ text: UnsafeBufferPointer<UInt8>) {
        unsafe self.text = text
    }

    var count: Int { unsafe text.count }

    @inline(__always)
    subscript(index: Int) -> UInt8 {
        UInt(bitPattern: index) < UInt(bitPattern: count) ? unsafe text[index] : 0
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
    static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
    static func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }

    func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
        range.first { self[$0] == byte }
    }

    /// 8-4-4-4-12 hexadecimal digits (RFC 4122, section 3).
    var isUUID: Bool {
        guard count == 36 else { return false }
        return (0..<36).allSatisfy { index in
            switch index {
            case 8, 13, 18, 23: self[index] == 0x2D
            default: FormatScanner.isHexadecimal(self[index])
            }
        }
    }
}
