public import UsageModel

/// A percentile by nearest rank: the least value that at least so many hundredths of all values do not exceed.
public struct Percentile: Sendable, Hashable, CustomStringConvertible {
    /// Above 0, up to 100.
    public let hundredths: Quantity

    /// Reads a decimal such as `95` or `99.9`.
    public init(_ text: String) throws(UsageQuestionError) {
        guard let value = Quantity(text), value > .zero, value <= Quantity(whole: 100) else {
            throw UsageQuestionError("\"\(text)\" is no percentile; write a number above 0 and up to 100, such as 95")
        }
        hundredths = value
    }

    public var description: String { hundredths.description }

    /// - Parameters:
    ///   - values: in ascending order.
    ///   - zeros: how many values of 0 there are besides.
    /// - Returns: `nil` where there is none at all. Exact; O(log n).
    func value(of values: [Quantity], zeros: Int = 0) -> Quantity? {
        let count = values.count + zeros
        if count == 0 { return nil }
        let whole = 100 * Quantity.scale
        // At most 10¹⁴ × 2⁶³, which 128 bits hold.
        let rank = Int((hundredths.units * Int128(count) + whole - 1) / whole)
        let negative = values.partitioningIndex { $0 >= .zero }
        if rank <= negative { return values[rank - 1] }
        return rank <= negative + zeros ? .zero : values[rank - zeros - 1]
    }
}

extension Array where Element == Quantity {
    /// The first index whose element has a property that all behind it have too.
    fileprivate func partitioningIndex(_ isBehind: (Quantity) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
