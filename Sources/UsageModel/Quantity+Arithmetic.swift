// Products and quotients. What they cannot say exactly they say so, or round as their comment tells.
extension Quantity {
    public static let one = Quantity(units: scale)

    /// The exact product; `nil` where it is out of range or has a digit other than 0 below 10⁻¹².
    @inlinable
    public func multiplied(by other: Quantity) -> Quantity? {
        let (product, overflow) = units.multipliedReportingOverflow(by: other.units)
        if !overflow {
            let (quotient, remainder) = product.quotientAndRemainder(dividingBy: Quantity.scale)
            return remainder == 0 ? Quantity(units: quotient) : nil
        }
        let wide = units.magnitude.multipliedFullWidth(by: other.units.magnitude)
        let divisor = Quantity.scale.magnitude
        if wide.high >= divisor { return nil }
        let (quotient, remainder) = divisor.dividingFullWidth(wide)
        if remainder != 0 { return nil }
        return Quantity(magnitude: quotient, isNegative: (units < 0) != (other.units < 0))
    }

    /// The quotient by a positive amount, rounded to 10⁻¹², half to even; `nil` where it is out of range.
    public func divided(by divisor: Quantity) -> Quantity? {
        precondition(divisor.units > 0, "a divisor is positive")
        if divisor == .one { return self }
        let wide = units.magnitude.multipliedFullWidth(by: Quantity.scale.magnitude)
        return Quantity(dividing: wide, by: divisor.units.magnitude, isNegative: units < 0)
    }

    /// A quotient of whole numbers as units, rounded half to even; `nil` where it is out of range.
    init?(dividing wide: (high: UInt128, low: UInt128), by divisor: UInt128, isNegative: Bool) {
        if wide.high >= divisor { return nil }
        var (quotient, remainder) = divisor.dividingFullWidth(wide)
        let rest = divisor - remainder
        if remainder > rest || remainder == rest && quotient & 1 == 1 {
            if quotient == .max { return nil }
            quotient += 1
        }
        self.init(magnitude: quotient, isNegative: isNegative)
    }

    /// `nil` where the amount is out of range.
    @inlinable
    init?(magnitude: UInt128, isNegative: Bool) {
        if isNegative {
            if magnitude > Int128.min.magnitude { return nil }
            units = Int128(truncatingIfNeeded: 0 &- magnitude)
        } else {
            guard let units = Int128(exactly: magnitude) else { return nil }
            self.units = units
        }
    }

    /// The difference, or `nil` on overflow.
    @inlinable
    public func subtracting(_ other: Quantity) -> Quantity? {
        let (difference, overflow) = units.subtractingReportingOverflow(other.units)
        return overflow ? nil : Quantity(units: difference)
    }
}
