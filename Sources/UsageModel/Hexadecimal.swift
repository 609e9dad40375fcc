/// Bytes in base 16, two digits each (RFC 4648, section 8).
public enum Hexadecimal {
    /// In small letters, as digests and signatures are written. O(bytes).
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digit(byte >> 4) | 0x20)
            text.append(digit(byte & 15) | 0x20)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text in small letters; `nil` when it is none. O(length).
    public static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2), !digits.contains(where: isCapital) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    /// What a digit counts, in letters of either case; `nil` when it is none.
    public static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    /// The digit of 0 to 15, as a capital letter where it is one.
    public static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private static func isCapital(_ digit: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(digit) }
}
