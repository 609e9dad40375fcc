/// Numbers of YAML's core schema (YAML 1.2.2, section 10.3.2), kept exact.
enum YAMLNumber {
    /// The plain scalar as a JSON number with all its digits, or `nil` when it is not a number.
    ///
    /// `.inf` and `.nan` are not numbers here, for nothing can be measured with them.
    static func json(_ text: String) -> String? {
        for (prefix, radix) in [("0x", 16), ("0o", 8)] where text.hasPrefix(prefix) {
            let digits = text.dropFirst(2)
            guard digits.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }) else { return nil }
            return UInt64(digits, radix: radix).map { String($0) }
        }
        var rest = text[...]
        var sign = ""
        if let first = rest.first, first == "-" || first == "+" {
            if first == "-" { sign = "-" }
            rest.removeFirst()
        }
        let whole = takeDigits(&rest)
        var fraction = ""
        if rest.first == "." {
            rest.removeFirst()
            fraction = takeDigits(&rest)
        }
        if whole.isEmpty, fraction.isEmpty { return nil }
        var exponent = ""
        if let first = rest.first, first == "e" || first == "E" {
            rest.removeFirst()
            exponent = "e"
            if let next = rest.first, next == "-" || next == "+" { exponent.append(rest.removeFirst()) }
            let digits = takeDigits(&rest)
            if digits.isEmpty { return nil }
            exponent += digits
        }
        if !rest.isEmpty { return nil }
        let significant = String(whole.drop { $0 == "0" })
        return sign + (significant.isEmpty ? "0" : significant) + (fraction.isEmpty ? "" : "." + fraction) + exponent
    }

    private static func takeDigits(_ text: inout Substring) -> String {
        let digits = text.prefix { ("0"..."9").contains($0) }
        text = text.dropFirst(digits.count)
        return String(digits)
    }
}
