/// A JSON number of at most eight characters without sign and exponent, read as one word: most numbers of an event are one.
///
/// Its digits are looked at and added up eight at a time ("SIMD within a register"), so that there is no branch a digit.
struct ShortNumber {
    /// The digits, without the point.
    var magnitude: UInt32
    /// How many of them stand behind the point.
    var decimals: Int

    private static let zeros: UInt64 = 0x3030_3030_3030_3030
    private static let points: UInt64 = 0x2E2E_2E2E_2E2E_2E2E

    /// How many of eight bytes, the first one lowest, stand before the first one that is no digit and no point; `/` is taken for
    /// one, and is none of a number's.
    @inline(__always)
    static func length(_ word: UInt64) -> Int {
        let low = word & 0x7F7F_7F7F_7F7F_7F7F
        // The highest bit of a byte is set where it is above `9`, and where it is below the point.
        let above = low &+ 0x4646_4646_4646_4646 | word
        let below = ~(low &+ 0x5252_5252_5252_5252)
        return ((above | below) & 0x8080_8080_8080_8080).trailingZeroBitCount &>> 3
    }

    /// Of the bytes at a place from which eight can be read; see ``init(_:length:)``.
    @inline(__always)
    init?(at bytes: UnsafePointer<UInt8>, length: Int) {
        self.init(
            unsafe UInt64(littleEndian: UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self)), length: length)
    }

    /// - Parameters:
    ///   - word: the bytes from the first digit on, the first one lowest. Those behind the number are not looked at.
    ///   - length: how many bytes the number has.
    /// - Returns: `nil` when it is longer, has another form, or is no number (RFC 8259, section 6).
    @inline(__always)
    init?(_ word: UInt64, length: Int) {
        guard length &- 1 >= 0, length <= 8 else { return nil }
        // The last digit highest, and zeros before the first.
        let shift = UInt64(truncatingIfNeeded: 8 &- length) &* 8
        let text = word &<< shift
        let filled = text | ShortNumber.zeros & (1 &<< shift &- 1)
        // The lowest bit set stands in the first byte that is a point.
        let other = text ^ ShortNumber.points
        let found = (other &- 0x0101_0101_0101_0101) & ~other & 0x8080_8080_8080_8080
        var digits = filled
        decimals = 0
        if found != 0 {
            let place = found.trailingZeroBitCount &>> 3
            decimals = 7 &- place
            guard decimals > 0, place > 8 &- length else { return nil }
            let below = 1 &<< UInt64(truncatingIfNeeded: place &* 8) &- 1
            digits = filled & ~(below &<< 8 | 0xFF) | (filled & below) &<< 8 | 0x30
        }
        guard digits & 0xF0F0_F0F0_F0F0_F0F0 == ShortNumber.zeros,
            (digits &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0 == ShortNumber.zeros
        else { return nil }
        let whole = decimals == 0 ? length : length &- decimals &- 1
        guard whole == 1 || word & 0xFF != 0x30 else { return nil }
        // Pairs, then fours, then all eight.
        let ones = digits &- ShortNumber.zeros
        let pairs = ones &* 10 &+ (ones &>> 8)
        let low = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
        let high = (pairs &>> 16 & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
        magnitude = UInt32(truncatingIfNeeded: (low &+ high) &>> 32)
    }
}
