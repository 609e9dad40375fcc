public import UsageModel

/// How far a number of a statement may be from the ledger's and still agree: by either of the two, where they are given.
public struct StatementTolerance: Sendable, Hashable {
    public var absolute: Quantity?
    /// Of the ledger's number.
    public var percent: Quantity?

    public init(absolute: Quantity? = nil, percent: Quantity? = nil) {
        (self.absolute, self.percent) = (absolute, percent)
    }

    /// - Parameter difference: `nil` where it is out of range.
    func allows(_ difference: Quantity?, of ledger: Quantity) -> Bool {
        guard let difference else { return false }
        if difference == .zero { return true }
        let off = difference.units.magnitude
        if let absolute, off <= absolute.units.magnitude { return true }
        guard let percent else { return false }
        // off / ledger ≤ percent / 100, without dividing.
        let left = off.multipliedFullWidth(by: 100 * Quantity.scale.magnitude)
        let right = ledger.units.magnitude.multipliedFullWidth(by: percent.units.magnitude)
        return left.high != right.high ? left.high < right.high : left.low <= right.low
    }
}
