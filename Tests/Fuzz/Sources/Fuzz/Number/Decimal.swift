/// A JSON number taken apart slowly: every digit in an array, the exponent of any length.
struct Decimal: Equatable {
    var isNegative: Bool
    /// Neither the first nor the last is 0; empty for zero.
    var digits: [UInt8]
    /// The power of ten that the last digit counts; 0 for zero.
    var power: Int

    /// Exponents of more digits than this are taken for its limit, on either side.
    static let limit = 100_000_000_000_000_000

    /// - Returns: `nil` when the text is not of the grammar of RFC 8259, section 6.
    init?(_ text: [UInt8]) {
        var rest = text[...]
        isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        let whole = Decimal.takeDigits(&rest)
        guard whole.count == 1 || whole.first ?? 0 > 0 else { return nil }
        var fraction: [UInt8] = []
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = Decimal.takeDigits(&rest)
            if fraction.isEmpty { return nil }
        }
        var exponent = 0
        if let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
            rest.removeFirst()
            let sign = rest.first
            if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest.removeFirst() }
            let written = Decimal.takeDigits(&rest)
            if written.isEmpty { return nil }
            let significant = written.drop { $0 == 0 }
            exponent = significant.count > 17 ? Decimal.limit : significant.reduce(0) { $0 * 10 + Int($1) }
            if sign == UInt8(ascii: "-") { exponent = -exponent }
        }
        guard rest.isEmpty else { return nil }
        digits = whole + fraction
        power = exponent - fraction.count
        let zeros = digits.reversed().prefix { $0 == 0 }.count
        digits.removeLast(zeros)
        power += zeros
        digits.removeFirst(digits.prefix { $0 == 0 }.count)
        if digits.isEmpty { power = 0 }
    }

    private static func takeDigits(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        rest = rest[digits.endIndex...]
        return digits.map { $0 - UInt8(ascii: "0") }
    }

    /// The power of ten that the first digit counts.
    var leading: Int { power + digits.count - 1 }

    /// The number in units of 10⁻¹² as decimal text; `nil` where it is not a whole number of 128 bits with a sign.
    var units: String? {
        if digits.isEmpty { return "0" }
        let zeros = power + 12
        guard zeros >= 0, zeros + digits.count <= 39 else { return nil }
        let written = digits + [UInt8](repeating: 0, count: zeros)
        let text = String(decoding: written.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
        let limit = "17014118346046923173168730371588410572" + (isNegative ? "8" : "7")
        if text.utf8.count == 39, limit.utf8.lexicographicallyPrecedes(text.utf8) { return nil }
        return (isNegative ? "-" : "") + text
    }

    /// -1, 0 or 1, by the digits of both written below each other.
    func compared(with other: Decimal) -> Int {
        let (mine, its) = (sign, other.sign)
        if mine != its || mine == 0 { return mine < its ? -1 : mine > its ? 1 : 0 }
        if leading != other.leading { return leading < other.leading ? -mine : mine }
        let places = max(digits.count, other.digits.count)
        let left = digits + [UInt8](repeating: 0, count: places - digits.count)
        let right = other.digits + [UInt8](repeating: 0, count: places - other.digits.count)
        if left == right { return 0 }
        return left.lexicographicallyPrecedes(right) ? -mine : mine
    }

    private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }

    /// Whether it is a whole multiple of a divisor; `nil` where that would take too long to find out.
    func isMultiple(of divisor: Decimal) -> Bool? {
        if digits.isEmpty { return true }
        if divisor.digits.isEmpty { return false }
        let shift = power - divisor.power
        if shift > 300 { return nil }
        if shift < -300 { return false }
        let mine = BigNatural(decimal: digits + [UInt8](repeating: 0, count: max(shift, 0)))
        let its = BigNatural(decimal: divisor.digits + [UInt8](repeating: 0, count: max(-shift, 0)))
        return mine.isMultiple(of: its)
    }
}
