/// Makes JSON texts of all shapes, and spoils them.
struct RandomJSON {
    var random: SplitMix64

    mutating func text() -> [UInt8] {
        space() + value(depth: 0) + space()
    }

    /// The text with one to three bytes changed, dropped, doubled, or its end cut off.
    mutating func spoiled(_ text: [UInt8]) -> [UInt8] {
        var bytes = text
        for _ in 0...random.below(3) where !bytes.isEmpty {
            let place = random.below(bytes.count)
            switch random.below(6) {
            case 0: bytes[place] ^= 1 << UInt8(random.below(8))
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(bytes[random.below(bytes.count)], at: place)
            case 3: bytes.removeSubrange(place...)
            case 4: bytes.insert(Array("{}[]:,\"\\ 0-.eEtu\n\u{0}".utf8).randomElement(using: &random) ?? 0, at: place)
            default: bytes[place] = UInt8(random.below(256))
            }
        }
        return bytes
    }

    private mutating func space() -> [UInt8] {
        (0..<max(0, random.below(6) - 3)).map { _ in [0x20, 0x09, 0x0D, 0x0A][random.below(4)] }
    }

    private mutating func value(depth: Int) -> [UInt8] {
        switch random.below(depth > 4 ? 6 : 9) {
        case 0: return Array("null".utf8)
        case 1: return Array("true".utf8)
        case 2: return Array("false".utf8)
        case 3: return number()
        case 4, 5: return string()
        case 6: return container(0x5B, 0x5D) { $0.value(depth: depth + 1) }
        default:
            return container(0x7B, 0x7D) {
                $0.string() + $0.space() + [0x3A] + $0.space() + $0.value(depth: depth + 1)
            }
        }
    }

    private mutating func container(_ open: UInt8, _ close: UInt8, _ part: (inout RandomJSON) -> [UInt8]) -> [UInt8] {
        var bytes = [open] + space()
        for index in 0..<random.below(5) {
            if index > 0 { bytes += [0x2C] + space() }
            bytes += part(&self) + space()
        }
        return bytes + [close]
    }

    private mutating func number() -> [UInt8] {
        let forms = ["0", "-0", "7", "-12", "12345678901234567890", "0.5", "-3.25", "1e5", "1E+05", "2.5e-3", "10.00"]
        return Array(forms[random.below(forms.count)].utf8)
    }

    private mutating func string() -> [UInt8] {
        let parts = [
            "a", "id", "time", "long enough for two words", "é", "日本", "😀", "\\n", "\\\"", "\\\\", "\\/", "\\u0041",
            "\\u00e9", "\\uD83D\\uDE00", "{", "]", ":", ",", " ", "\u{7F}",
        ]
        return [0x22] + (0..<random.below(4)).flatMap { _ in Array(parts[random.below(parts.count)].utf8) } + [0x22]
    }
}
