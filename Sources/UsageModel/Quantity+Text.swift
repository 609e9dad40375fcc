extension Quantity {
    /// Reads a JSON number (RFC 8259, section 6) from its digits, exactly.
    ///
    /// `nil` when the text is not a JSON number, is out of range, or has a digit other than 0 below 10⁻¹². An exponent
    /// is allowed, and zeros at the end of the fraction cost nothing: `1.50e3` is 1500. O(length), no allocation.
    @inlinable
    public init?(json text: UnsafeBufferPointer<UInt8>) {
        if let short = unsafe Quantity(short: text) {
            self = short
            return
        }
        var index = 0
        let end = text.count
        var negative = false
        if index < end, unsafe text[index] == 0x2D {
            negative = true
            index += 1
        }
        // Digits are gathered up to the last one that is not 0, so that trailing zeros never overflow.
        var magnitude: UInt128 = 0
        var pendingZeros = 0
        var exponent = 0
        let firstDigit = index
        while index < end, case let digit = unsafe text[index] &- 0x30, digit < 10 {
            if !Quantity.append(digit, to: &magnitude, zeros: &pendingZeros) { return nil }
            index += 1
        }
        let wholeDigits = index - firstDigit
        if wholeDigits == 0 { return nil }
        if wholeDigits > 1, unsafe text[firstDigit] == 0x30 { return nil }
        if index < end, unsafe text[index] == 0x2E {
            index += 1
            let firstFraction = index
            while index < end, case let digit = unsafe text[index] &- 0x30, digit < 10 {
                if !Quantity.append(digit, to: &magnitude, zeros: &pendingZeros) { return nil }
                index += 1
            }
            if index == firstFraction { return nil }
            exponent = -(index - firstFraction)
        }
        if index < end, unsafe text[index] | 0x20 == 0x65 {
            index += 1
            guard let written = unsafe Quantity.exponent(in: text, from: &index) else { return nil }
            exponent += written
        }
        if index != end { return nil }
        guard let units = Quantity.scaled(magnitude, byPowerOfTen: exponent + pendingZeros + Quantity.decimalPlaces)
        else { return nil }
        if negative {
            if units > UInt128(Int128.max) + 1 { return nil }
            self.units = Int128(truncatingIfNeeded: 0 &- units)
        } else {
            if units > UInt128(Int128.max) { return nil }
            self.units = Int128(units)
        }
    }

    /// Reads a JSON number from a string; see ``init(json:)``. For tests and configuration, not for records.
    public init?(_ text: String) {
        var text = text
        let parsed = text.withUTF8 { unsafe Quantity(json: $0) }
        guard let parsed else { return nil }
        self = parsed
    }

    /// The usual case: at most 18 digits, at most 12 of them after the point, and no exponent, which one
    /// multiplication scales. `nil` leaves the text to the long way.
    @inlinable
    init?(short text: UnsafeBufferPointer<UInt8>) {
        let end = text.count
        if end == 0 || end > 20 { return nil }
        let negative = unsafe text[0] == 0x2D
        let first = negative ? 1 : 0
        var index = first
        var magnitude: UInt64 = 0
        while index < end, case let digit = unsafe text[index] &- 0x30, digit < 10 {
            magnitude = magnitude &* 10 &+ UInt64(digit)
            index += 1
        }
        let whole = index - first
        if whole == 0 || whole > 18 { return nil }
        if whole > 1, unsafe text[first] == 0x30 { return nil }
        var decimals = 0
        if index < end {
            if unsafe text[index] != 0x2E { return nil }
            index += 1
            while index < end, case let digit = unsafe text[index] &- 0x30, digit < 10 {
                magnitude = magnitude &* 10 &+ UInt64(digit)
                decimals += 1
                index += 1
            }
            if index < end || decimals == 0 || decimals > Quantity.decimalPlaces || whole + decimals > 18 { return nil }
        }
        let product = magnitude.multipliedFullWidth(by: Quantity.powerOfTen(Quantity.decimalPlaces - decimals))
        // Below 10³⁰, so the sign is free.
        let units = Int128(product.high) << 64 | Int128(product.low)
        self.units = negative ? 0 - units : units
    }

    /// 10 to the power of 0 to 12.
    @inlinable
    public static func powerOfTen(_ exponent: Int) -> UInt64 {
        switch exponent {
        case 0: 1
        case 1: 10
        case 2: 100
        case 3: 1_000
        case 4: 10_000
        case 5: 100_000
        case 6: 1_000_000
        case 7: 10_000_000
        case 8: 100_000_000
        case 9: 1_000_000_000
        case 10: 10_000_000_000
        case 11: 100_000_000_000
        default: 1_000_000_000_000
        }
    }

    @usableFromInline
    static func append(_ digit: UInt8, to magnitude: inout UInt128, zeros: inout Int) -> Bool {
        if digit == 0 {
            // Zeros before the first other digit carry no value, but their place does: count them all the same.
            zeros += magnitude == 0 ? 0 : 1
            return true
        }
        guard let shifted = scaled(magnitude, byPowerOfTen: zeros + 1) else { return false }
        let (sum, overflow) = shifted.addingReportingOverflow(UInt128(digit))
        magnitude = sum
        zeros = 0
        return !overflow
    }

    /// The exponent's value, clamped to ±10¹⁷: no text has as many zeros, so that none can make up for what is cut off.
    @usableFromInline
    static func exponent(in text: UnsafeBufferPointer<UInt8>, from index: inout Int) -> Int? {
        var negative = false
        if index < text.count, case let sign = unsafe text[index], sign == 0x2B || sign == 0x2D {
            negative = sign == 0x2D
            index += 1
        }
        var value = 0
        let first = index
        while index < text.count, case let digit = unsafe text[index] &- 0x30, digit < 10 {
            value = min(value * 10 + Int(digit), 100_000_000_000_000_000)
            index += 1
        }
        return index == first ? nil : (negative ? -value : value)
    }

    /// `magnitude` × 10^`power`, or `nil` when that is not a whole number of 128 bits.
    @usableFromInline
    static func scaled(_ magnitude: UInt128, byPowerOfTen power: Int) -> UInt128? {
        if magnitude == 0 { return 0 }
        if power < -38 || power > 38 { return nil }
        var result = magnitude
        var left = power
        while left >= 18 {
            let (product, overflow) = result.multipliedReportingOverflow(by: 1_000_000_000_000_000_000)
            if overflow { return nil }
            result = product
            left -= 18
        }
        while left > 0 {
            let (product, overflow) = result.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            result = product
            left -= 1
        }
        while left < 0 {
            let (quotient, remainder) = result.quotientAndRemainder(dividingBy: 10)
            if remainder != 0 { return nil }
            result = quotient
            left += 1
        }
        return result
    }
}

extension Quantity: CustomStringConvertible {
    /// The exact decimal, with no exponent and no zeros at the end: `123.45`, `-0.000001`, `0`.
    public var description: String {
        let magnitude = units.magnitude
        let (whole, fraction) = magnitude.quotientAndRemainder(dividingBy: UInt128(Quantity.scale))
        let sign = units < 0 ? "-" : ""
        if fraction == 0 { return "\(sign)\(whole)" }
        var digits = String(fraction)
        digits = String(repeating: "0", count: Quantity.decimalPlaces - digits.count) + digits
        while digits.last == "0" { digits.removeLast() }
        return "\(sign)\(whole).\(digits)"
    }
}
