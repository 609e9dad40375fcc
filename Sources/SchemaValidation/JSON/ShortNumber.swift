import UsageModel

/// A JSON number without sign and exponent, of at most eight digits before the point and eight behind it: most numbers of an
/// event are one.
///
/// Its digits are looked at and added up eight at a time ("SIMD within a register"), so that there is no branch a digit.
struct ShortNumber {
    /// The digits, without the point.
    var magnitude: UInt64
    /// How many of them stand behind the point.
    var decimals: Int

    /// - Parameters:
    ///   - bytes: where it begins; eighteen bytes can be read from there.
    ///   - length: how many bytes it has; behind them stands neither a digit nor a point.
    /// - Returns: `nil` when it has another form, or is no number (RFC 8259, section 6).
    @inline(__always)
    init?(at bytes: UnsafePointer<UInt8>, length: Int) {
        let word = unsafe ShortNumber.word(bytes)
        let whole = ShortNumber.digits(word)
        guard whole > 0, whole == 1 || word & 0xFF != 0x30 else { return nil }
        let units = ShortNumber.value(word, digits: whole)
        if whole == length {
            (magnitude, decimals) = (units, 0)
            return
        }
        decimals = length &- whole &- 1
        guard unsafe bytes[whole] == 0x2E, decimals > 0, decimals <= 8 else { return nil }
        let fraction = unsafe ShortNumber.word(bytes + (whole &+ 1))
        guard ShortNumber.digits(fraction) >= decimals else { return nil }
        magnitude = units &* Quantity.powerOfTen(decimals) &+ ShortNumber.value(fraction, digits: decimals)
    }

    /// Eight bytes, the first one lowest.
    @inline(__always)
    private static func word(_ bytes: UnsafePointer<UInt8>) -> UInt64 {
        unsafe UInt64(littleEndian: UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self))
    }

    /// How many of eight bytes stand before the first one that is no digit.
    @inline(__always)
    private static func digits(_ word: UInt64) -> Int {
        let low = word & 0x7F7F_7F7F_7F7F_7F7F
        // The highest bit of a byte is set where it is above `9`, and where it is below `0`.
        let above = low &+ 0x4646_4646_4646_4646 | word
        let below = ~(low &+ 0x5050_5050_5050_5050)
        return ((above | below) & 0x8080_8080_8080_8080).trailingZeroBitCount &>> 3
    }

    /// What the first one to eight bytes say, which are digits.
    @inline(__always)
    private static func value(_ word: UInt64, digits: Int) -> UInt64 {
        // The last digit highest, and zeros before the first. Then pairs, fours, and all eight.
        let ones = word &<< (UInt64(truncatingIfNeeded: 8 &- digits) &* 8) & 0x0F0F_0F0F_0F0F_0F0F
        let pairs = ones &* 10 &+ (ones &>> 8)
        let low = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
        let high = (pairs &>> 16 & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
        return (low &+ high) &>> 32 & 0xFFFF_FFFF
    }
}
