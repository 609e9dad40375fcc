/// A JSON number as it stands in the text: sign, digits and exponent, with nothing converted, so that numbers of any
/// length compare exactly.
///
/// Exponents are kept up to ±10¹⁷; what is written beyond that counts as ±10¹⁷.
@safe
struct DecimalText {
    /// From the first digit that is not 0 to the last one, perhaps with the point between them; empty for zero.
    private let digits: UnsafeBufferPointer<UInt8>
    let isNegative: Bool
    /// The power of ten that the first digit counts.
    let leading: Int
    /// The power of ten that the last digit counts.
    let trailing: Int

    /// Takes a number of the grammar of RFC 8259, section 6; other text gives some number. O(length), no allocation.
    init(_ text: UnsafeBufferPointer<UInt8>) {
        isNegative = unsafe text.first == 0x2D
        var index = isNegative ? 1 : 0
        var first = -1
        var last = -1
        var point = -1
        while index < text.count {
            let byte = unsafe text[index]
            if byte == 0x2E {
                point = index
            } else if byte &- 0x30 < 10 {
                if byte != 0x30 {
                    if first < 0 { first = index }
                    last = index
                }
            } else {
                break
            }
            index += 1
        }
        guard first >= 0 else {
            unsafe digits = UnsafeBufferPointer(start: nil, count: 0)
            leading = 0
            trailing = 0
            return
        }
        let end = point < 0 ? index : point
        let exponent = unsafe DecimalText.exponent(in: text, from: index)
        leading = exponent + (first < end ? end - first - 1 : end - first)
        trailing = exponent + (last < end ? end - last - 1 : end - last)
        unsafe digits = UnsafeBufferPointer(rebasing: text[first...last])
    }

    private var count: Int { unsafe digits.count }
    var isZero: Bool { unsafe digits.isEmpty }
    var isInteger: Bool { isZero || trailing >= 0 }

    private static func exponent(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start + 1
        guard index < text.count else { return 0 }
        let negative = unsafe text[index] == 0x2D
        var value = 0
        while index < text.count {
            let digit = unsafe text[index] &- 0x30
            if digit < 10 { value = min(value * 10 + Int(digit), 100_000_000_000_000_000) }
            index += 1
        }
        return negative ? -value : value
    }

    /// -1, 0 or 1 as this number is less than, equal to or more than the other. O(shorter length).
    func compared(with other: DecimalText) -> Int {
        if isZero || other.isZero {
            if isZero && other.isZero { return 0 }
            return isZero ? (other.isNegative ? 1 : -1) : (isNegative ? -1 : 1)
        }
        if isNegative != other.isNegative { return isNegative ? -1 : 1 }
        let order = comparedMagnitude(with: other)
        return isNegative ? -order : order
    }

    private func comparedMagnitude(with other: DecimalText) -> Int {
        if leading != other.leading { return leading < other.leading ? -1 : 1 }
        var left = 0
        var right = 0
        while true {
            let mine = digit(&left)
            let its = other.digit(&right)
            if mine == nil && its == nil { return 0 }
            if mine ?? 0 != its ?? 0 { return mine ?? 0 < its ?? 0 ? -1 : 1 }
        }
    }

    /// The digit at an index, which moves past it; `nil` behind the last one.
    private func digit(_ index: inout Int) -> UInt8? {
        guard index < count else { return nil }
        if unsafe digits[index] == 0x2E { index += 1 }
        defer { index += 1 }
        return unsafe digits[index] &- 0x30
    }

    /// The digits from the first to the last that is not 0.
    func forEachDigit(_ body: (UInt8) -> Void) {
        var index = 0
        while let next = digit(&index) { body(next) }
    }

    /// The digit so many places behind the first one; 0 past the last.
    func digit(at place: Int) -> UInt64 {
        var index = 0
        for _ in 0..<place where digit(&index) == nil { return 0 }
        return UInt64(digit(&index) ?? 0)
    }

    /// Whether this number is a whole multiple of a divisor that is not 0.
    ///
    /// Both are digits × a power of ten, with no 0 at the end of the digits. With `power` the difference of the powers,
    /// the question is whether the divisor's digits divide this one's digits × 10^`power`. Below 0 they cannot, for
    /// these digits would have to end with 0. Above, a power past the bits of the divisor changes nothing more: all
    /// its twos and fives are used up. So the work is bounded whatever the exponents are: O(length × divisor's length).
    func isMultiple(of divisor: DecimalText) -> Bool {
        if isZero { return true }
        let power = trailing - divisor.trailing
        if power < 0 || divisor.isZero { return false }
        guard let small = divisor.magnitude(below: 1 << 60) else { return isMultiple(ofLong: divisor, power: power) }
        var rest: UInt64 = 0
        var index = 0
        while let next = digit(&index) { rest = (rest * 10 + UInt64(next)) % small }
        for _ in 0..<min(power, 60) { rest = rest * 10 % small }
        return rest == 0
    }

    private func magnitude(below limit: UInt64) -> UInt64? {
        var value: UInt64 = 0
        var index = 0
        while let next = digit(&index) {
            value = value * 10 + UInt64(next)
            if value >= limit { return nil }
        }
        return value
    }

    /// Long division, one decimal digit after the other; for divisors of more than 18 digits only, so it may allocate.
    private func isMultiple(ofLong divisor: DecimalText, power: Int) -> Bool {
        var modulus: [UInt8] = []
        var index = 0
        while let next = divisor.digit(&index) { modulus.append(next) }
        // One place more than the divisor has, most significant first: room for the rest × 10.
        modulus.insert(0, at: 0)
        var rest = [UInt8](repeating: 0, count: modulus.count)
        func take(_ digit: UInt8) {
            rest.removeFirst()
            rest.append(digit)
            while !rest.lexicographicallyPrecedes(modulus) {
                var borrow: UInt8 = 0
                for place in rest.indices.reversed() {
                    let minus = modulus[place] + borrow
                    borrow = rest[place] < minus ? 1 : 0
                    rest[place] = rest[place] + borrow * 10 - minus
                }
            }
        }
        index = 0
        while let next = digit(&index) { take(next) }
        for _ in 0..<min(power, modulus.count * 4) { take(0) }
        return rest.allSatisfy { $0 == 0 }
    }
}

extension DecimalText {
    /// The value of a number without point or exponent and of at most 18 bytes.
    @inline(__always)
    static func smallInteger(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard text.count <= 18, let parts = unsafe smallParts(text), !parts.hasPoint else { return nil }
        return parts.whole
    }

    /// How a number compares with an integer, where that shows without ``DecimalText``: at most 18 bytes before the
    /// point, no exponent, and not below 0 with a point.
    @inline(__always)
    static func order(of text: UnsafeBufferPointer<UInt8>, to limit: Int64) -> Int? {
        guard let parts = unsafe smallParts(text) else { return nil }
        if parts.whole != limit { return parts.whole < limit ? -1 : 1 }
        return parts.hasFraction ? 1 : 0
    }

    @inline(__always)
    private static func smallParts(
        _ text: UnsafeBufferPointer<UInt8>
    ) -> (whole: Int64, hasPoint: Bool, hasFraction: Bool)? {
        let isNegative = unsafe text.first == 0x2D
        var index = isNegative ? 1 : 0
        var whole: Int64 = 0
        while index < text.count, case let digit = unsafe text[index] &- 0x30, digit < 10 {
            whole = whole &* 10 &+ Int64(digit)
            index &+= 1
        }
        if index > 18 { return nil }
        if index == text.count { return (isNegative ? -whole : whole, false, false) }
        guard !isNegative, unsafe text[index] == 0x2E else { return nil }
        var digits: UInt8 = 0
        for place in index + 1..<text.count {
            let digit = unsafe text[place] &- 0x30
            if digit > 9 { return nil }
            digits |= digit
        }
        return (whole, true, digits != 0)
    }
}
