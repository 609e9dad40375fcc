/// An exact amount of usage: a whole number of 10⁻¹² units.
///
/// The range is ±170,141,183,460,469,231,731,687,303.715884105727 units. Arithmetic reports overflow, never wraps and
/// never traps, so totals merge in any order and a replay agrees to the last digit.
@frozen
public struct Quantity: Sendable, Hashable {
    /// The amount in units of 10⁻¹².
    public var units: Int128

    /// Decimal places that are kept.
    public static let decimalPlaces = 12

    /// How many 10⁻¹² units make one.
    public static let scale: Int128 = 1_000_000_000_000

    public static let zero = Quantity(units: 0)

    @inlinable
    public init(units: Int128) {
        self.units = units
    }

    /// A whole number of units.
    @inlinable
    public init(whole: Int64) {
        self.units = Int128(whole) * Quantity.scale
    }

    /// The sum, or `nil` on overflow.
    @inlinable
    public func adding(_ other: Quantity) -> Quantity? {
        let (sum, overflow) = units.addingReportingOverflow(other.units)
        return overflow ? nil : Quantity(units: sum)
    }
}

extension Quantity: Comparable {
    @inlinable
    public static func < (left: Quantity, right: Quantity) -> Bool {
        left.units < right.units
    }
}
