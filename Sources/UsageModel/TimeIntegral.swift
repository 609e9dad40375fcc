/// An amount that lasts for a time, added up: a whole number of 10⁻¹² units times nanoseconds, in 256 bits, so that a
/// gauge's integral is exact however long it is and in however many parts it is added.
public struct TimeIntegral: Sendable, Hashable {
    private static let nanosecondsPerHour: UInt128 = 3_600_000_000_000

    private var high: Int128 = 0
    private var low: UInt128 = 0

    public init() {}

    /// Adds a value that lasted for some nanoseconds. The sum of what 64 bits of time can hold fits.
    public mutating func add(_ value: Quantity, for nanoseconds: Int64) {
        let product = value.units.multipliedFullWidth(by: Int128(nanoseconds))
        add(high: product.high, low: product.low)
    }

    public static func += (left: inout TimeIntegral, right: TimeIntegral) {
        left.add(high: right.high, low: right.low)
    }

    private mutating func add(high added: Int128, low addedLow: UInt128) {
        let (sum, carry) = low.addingReportingOverflow(addedLow)
        low = sum
        high = high &+ added &+ (carry ? 1 : 0)
    }

    /// The integral in unit-hours, divided by a positive amount and rounded once to 10⁻¹², half to even; `nil` where it is
    /// out of range.
    public func hours(dividedBy divisor: Quantity = .one) -> Quantity? {
        let isNegative = high < 0
        var (high, low) = (UInt128(bitPattern: high), low)
        if isNegative {
            low = ~low &+ 1
            high = ~high &+ (low == 0 ? 1 : 0)
        }
        // units = sum / (ns per hour) / (divisor / scale): both sides by 10¹¹ less.
        let tens = low.multipliedFullWidth(by: 10)
        let (upper, overflow) = high.multipliedReportingOverflow(by: 10)
        let (wide, carry) = upper.addingReportingOverflow(tens.high)
        let (divisor, tooLarge) = divisor.units.magnitude.multipliedReportingOverflow(
            by: TimeIntegral.nanosecondsPerHour / (Quantity.scale.magnitude / 10))
        if overflow || carry || tooLarge { return nil }
        return Quantity(dividing: (wide, tens.low), by: divisor, isNegative: isNegative)
    }
}
