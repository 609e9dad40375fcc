/// Turns a regular expression of ECMA 262 (with the `u` flag, as JSON Schema recommends) into one of PCRE2 that means
/// the same.
///
/// What PCRE2 has and ECMA 262 has not (`\A`, `\Z`, possessive quantifiers, inline options, verbs, POSIX classes) is
/// refused or taken literally, as ECMA 262 says.
struct ECMAPattern {
    struct Failure: Error {
        var message: String
    }

    /// `\s` of ECMA 262: white space and line ends, as the inside of a class.
    private static let space =
        #"\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}"#
    private static let notSpace =
        #"\x{0}-\x{8}\x{e}-\x{1f}!-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff}"#

    private let source: [UInt8]
    private var index = 0
    private var output: [UInt8] = []

    private init(_ source: [UInt8]) {
        self.source = source
    }

    static func translate(_ source: [UInt8]) throws(Failure) -> [UInt8] {
        var pattern = ECMAPattern(source)
        try pattern.translate()
        return pattern.output
    }

    private var next: UInt8? { index < source.count ? source[index] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    private mutating func write(_ text: String) { output.append(contentsOf: text.utf8) }

    private mutating func translate() throws(Failure) {
        var canRepeat = false
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\\"):
                canRepeat = try escape(inClass: false)
            case UInt8(ascii: "["):
                try characterClass()
                canRepeat = true
            case UInt8(ascii: "("):
                try group()
                canRepeat = false
            case UInt8(ascii: "."):
                write(#"[^\n\r\x{2028}\x{2029}]"#)
                canRepeat = true
            case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
                try quantifier([byte], allowed: canRepeat)
                canRepeat = false
            case UInt8(ascii: "{"):
                if let braces = bracedQuantifier() {
                    try quantifier(braces, allowed: canRepeat)
                    canRepeat = false
                } else {
                    write(#"\{"#)
                    canRepeat = true
                }
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                output.append(contentsOf: [UInt8(ascii: "\\"), byte])
                canRepeat = true
            default:
                output.append(byte)
                canRepeat = byte != UInt8(ascii: "|") && byte != UInt8(ascii: "^") && byte != UInt8(ascii: "$")
            }
        }
    }

    private mutating func quantifier(_ text: [UInt8], allowed: Bool) throws(Failure) {
        guard allowed else { throw Failure(message: "nothing to repeat before byte \(index)") }
        output.append(contentsOf: text)
        if take(UInt8(ascii: "?")) { output.append(UInt8(ascii: "?")) }
    }

    /// `{2}`, `{2,}` or `{2,5}`, when that is what follows the brace.
    private mutating func bracedQuantifier() -> [UInt8]? {
        guard let close = source[index...].firstIndex(of: UInt8(ascii: "}")) else { return nil }
        let inner = source[index..<close]
        let parts = inner.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard parts.count <= 2, parts[0].isEmpty == false,
            parts.allSatisfy({ $0.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } })
        else { return nil }
        defer { index = close + 1 }
        return Array(source[(index - 1)...close])
    }

    private mutating func group() throws(Failure) {
        output.append(UInt8(ascii: "("))
        if next == UInt8(ascii: "*") { throw Failure(message: "nothing to repeat before byte \(index + 1)") }
        guard take(UInt8(ascii: "?")) else { return }
        output.append(UInt8(ascii: "?"))
        let rest = source[index...]
        for opening in [":", "=", "!", "<=", "<!"] where rest.starts(with: opening.utf8) {
            write(opening)
            index += opening.utf8.count
            return
        }
        guard rest.first == UInt8(ascii: "<"), let close = rest.firstIndex(of: UInt8(ascii: ">")) else {
            throw Failure(message: "(? at byte \(index - 1) begins no group of ECMA 262")
        }
        output.append(contentsOf: source[index...close])
        index = close + 1
    }

    private mutating func characterClass() throws(Failure) {
        output.append(UInt8(ascii: "["))
        if take(UInt8(ascii: "^")) { output.append(UInt8(ascii: "^")) }
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "]"):
                output.append(byte)
                return
            case UInt8(ascii: "["):
                write(#"\["#)
            case UInt8(ascii: "\\"):
                _ = try escape(inClass: true)
            default:
                output.append(byte)
            }
        }
        throw Failure(message: "a character class is not closed")
    }

    /// Translates what follows a backslash. False when it is an assertion, which cannot be repeated.
    private mutating func escape(inClass: Bool) throws(Failure) -> Bool {
        guard let letter = next else { throw Failure(message: "a backslash at the end") }
        index += 1
        switch letter {
        case UInt8(ascii: "d"), UInt8(ascii: "D"), UInt8(ascii: "w"), UInt8(ascii: "W"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            output.append(contentsOf: [UInt8(ascii: "\\"), letter])
        case UInt8(ascii: "b"):
            write(#"\b"#)
            return inClass
        case UInt8(ascii: "B") where !inClass:
            write(#"\B"#)
            return false
        case UInt8(ascii: "s"):
            write(inClass ? ECMAPattern.space : "[\(ECMAPattern.space)]")
        case UInt8(ascii: "S"):
            write(inClass ? ECMAPattern.notSpace : "[^\(ECMAPattern.space)]")
        case UInt8(ascii: "v"):
            write(#"\x{b}"#)
        case UInt8(ascii: "c"):
            guard let control = next, (control | 0x20) &- 0x61 < 26 else { throw unknown("c") }
            index += 1
            write("\\x{\(String(control & 31, radix: 16))}")
        case UInt8(ascii: "x"), UInt8(ascii: "u"):
            try codePoint(letter)
        case UInt8(ascii: "p"), UInt8(ascii: "P"):
            try property(letter)
        case UInt8(ascii: "k") where !inClass:
            guard next == UInt8(ascii: "<"), let close = source[index...].firstIndex(of: UInt8(ascii: ">")) else {
                throw unknown("k")
            }
            write(#"\k"#)
            output.append(contentsOf: source[index...close])
            index = close + 1
        case UInt8(ascii: "0"):
            write(#"\x{0}"#)
        case UInt8(ascii: "1")...UInt8(ascii: "9") where !inClass:
            var digits = [letter]
            while let digit = next, digit >= 0x30, digit <= 0x39 {
                digits.append(digit)
                index += 1
            }
            write("\\g{\(String(decoding: digits, as: UTF8.self))}")
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E, 0x20:
            output.append(contentsOf: [UInt8(ascii: "\\"), letter])
        default:
            throw unknown(String(decoding: [letter], as: UTF8.self))
        }
        return true
    }

    private func unknown(_ letter: String) -> Failure {
        Failure(message: "\\\(letter) at byte \(index) is no escape of ECMA 262")
    }

    private mutating func hexadecimal(_ digits: Int) -> UInt32? {
        guard index + digits <= source.count else { return nil }
        let text = source[index..<index + digits]
        guard digits > 0, text.allSatisfy(FormatScanner.isHexadecimal),
            let value = UInt32(String(decoding: text, as: UTF8.self), radix: 16)
        else { return nil }
        index += digits
        return value
    }

    /// `\x41`, `\u0041`, `\u{1F600}` or a surrogate pair as two `\u`.
    private mutating func codePoint(_ letter: UInt8) throws(Failure) {
        let name = String(decoding: [letter], as: UTF8.self)
        var value: UInt32
        if letter == UInt8(ascii: "u"), take(UInt8(ascii: "{")) {
            guard let close = source[index...].firstIndex(of: UInt8(ascii: "}")), close - index <= 6,
                let braced = hexadecimal(close - index)
            else { throw unknown(name) }
            index += 1
            value = braced
        } else {
            guard let plain = hexadecimal(letter == UInt8(ascii: "u") ? 4 : 2) else { throw unknown(name) }
            value = plain
            if value & 0xFC00 == 0xD800, source[index...].starts(with: #"\u"#.utf8) {
                index += 2
                guard let low = hexadecimal(4), low & 0xFC00 == 0xDC00 else { throw unknown(name) }
                value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
            }
        }
        guard Unicode.Scalar(value) != nil else {
            throw Failure(message: "\\\(name) at byte \(index) is half of a surrogate pair or no character")
        }
        write("\\x{\(String(value, radix: 16))}")
    }

    /// `\p{…}` with the long names that ECMA 262 takes and PCRE2 does not.
    private mutating func property(_ letter: UInt8) throws(Failure) {
        guard take(UInt8(ascii: "{")), let close = source[index...].firstIndex(of: UInt8(ascii: "}")) else {
            throw unknown(String(decoding: [letter], as: UTF8.self))
        }
        var name = String(decoding: source[index..<close], as: UTF8.self)
        index = close + 1
        for prefix in ["General_Category=", "gc="] where name.hasPrefix(prefix) { name.removeFirst(prefix.count) }
        for (long, short) in [("Script=", "sc:"), ("sc=", "sc:"), ("Script_Extensions=", "scx:"), ("scx=", "scx:")]
        where name.hasPrefix(long) {
            name = short + name.dropFirst(long.count)
        }
        let isNegated = letter == UInt8(ascii: "P")
        write("\\\(isNegated ? "P" : "p"){\(ECMAPattern.generalCategories[name] ?? name)}")
    }

    /// The long names of Unicode's general categories (PropertyValueAliases.txt).
    private static let generalCategories = [
        "Letter": "L", "Cased_Letter": "L&", "LC": "L&", "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll",
        "Titlecase_Letter": "Lt", "Modifier_Letter": "Lm", "Other_Letter": "Lo", "Mark": "M", "Combining_Mark": "M",
        "Nonspacing_Mark": "Mn", "Spacing_Mark": "Mc", "Enclosing_Mark": "Me", "Number": "N", "Decimal_Number": "Nd",
        "digit": "Nd", "Letter_Number": "Nl", "Other_Number": "No", "Punctuation": "P", "punct": "P",
        "Connector_Punctuation": "Pc", "Dash_Punctuation": "Pd", "Open_Punctuation": "Ps", "Close_Punctuation": "Pe",
        "Initial_Punctuation": "Pi", "Final_Punctuation": "Pf", "Other_Punctuation": "Po", "Symbol": "S",
        "Math_Symbol": "Sm", "Currency_Symbol": "Sc", "Modifier_Symbol": "Sk", "Other_Symbol": "So",
        "Separator": "Z", "Space_Separator": "Zs", "Line_Separator": "Zl", "Paragraph_Separator": "Zp", "Other": "C",
        "Control": "Cc", "cntrl": "Cc", "Format": "Cf", "Surrogate": "Cs", "Private_Use": "Co", "Unassigned": "Cn",
    ]
}
