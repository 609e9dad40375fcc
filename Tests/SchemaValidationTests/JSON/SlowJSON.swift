/// A plain recursive-descent reader of RFC 8259 that shares nothing with the tape: the oracle of the tests.
struct SlowJSON {
    indirect enum Value: Equatable {
        case null
        case bool(Bool)
        case number(String)
        case string([UInt8])
        case array([Value])
        case object([Member])
    }

    struct Member: Equatable {
        var name: [UInt8]
        var value: Value
    }

    private var rest: ArraySlice<Unicode.Scalar>

    /// The value; `nil` when the bytes are not one JSON text.
    static func read(_ bytes: [UInt8]) -> Value? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var reader = SlowJSON(rest: Array(text.unicodeScalars)[...])
        guard let value = reader.value(), reader.rest.isEmpty else { return nil }
        return value
    }

    private mutating func skip() {
        while let scalar = rest.first, [" ", "\t", "\r", "\n"].contains(scalar) { rest.removeFirst() }
    }

    private mutating func take(_ word: String) -> Bool {
        guard rest.starts(with: word.unicodeScalars) else { return false }
        rest.removeFirst(word.unicodeScalars.count)
        return true
    }

    private mutating func value() -> Value? {
        skip()
        defer { skip() }
        if take("null") { return .null }
        if take("true") { return .bool(true) }
        if take("false") { return .bool(false) }
        if take("\"") { return string().map(Value.string) }
        if take("[") { return array() }
        if take("{") { return object() }
        return number()
    }

    private mutating func array() -> Value? {
        var elements: [Value] = []
        skip()
        if take("]") { return .array([]) }
        while true {
            guard let element = value() else { return nil }
            elements.append(element)
            if take("]") { return .array(elements) }
            if !take(",") { return nil }
        }
    }

    private mutating func object() -> Value? {
        var members: [Member] = []
        skip()
        if take("}") { return .object([]) }
        while true {
            skip()
            guard take("\""), let name = string() else { return nil }
            skip()
            guard take(":"), let value = value() else { return nil }
            members.append(Member(name: name, value: value))
            if take("}") { return .object(members) }
            if !take(",") { return nil }
        }
    }

    private mutating func number() -> Value? {
        guard
            let match = String(String.UnicodeScalarView(rest)).prefixMatch(
                of: /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+\-]?[0-9]+)?/)
        else { return nil }
        rest.removeFirst(match.0.unicodeScalars.count)
        return .number(String(match.0))
    }

    private mutating func string() -> [UInt8]? {
        var units: [UInt16] = []
        while let scalar = rest.popFirst() {
            if scalar == "\"" { return String(validating: units, as: UTF16.self).map { Array($0.utf8) } }
            if scalar.value < 0x20 { return nil }
            guard scalar == "\\" else {
                units += Array(String(scalar).utf16)
                continue
            }
            guard let letter = rest.popFirst() else { return nil }
            let plain: [Unicode.Scalar: UInt16] = [
                "\"": 34, "\\": 92, "/": 47, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9,
            ]
            if let unit = plain[letter] {
                units.append(unit)
            } else {
                let digits = String(String.UnicodeScalarView(rest.prefix(4)))
                guard letter == "u", digits.utf8.count == 4, digits.allSatisfy(\.isHexDigit),
                    let unit = UInt16(digits, radix: 16)
                else { return nil }
                rest.removeFirst(4)
                units.append(unit)
            }
        }
        return nil
    }
}
