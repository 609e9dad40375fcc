public import UsageModel

extension Explanation.Part {
    /// How many events it added.
    public var events: UInt64 { entries.reduce(0) { $1.correction == .debit ? $0 : $0 + $1.aggregate.events } }

    /// What it added, over all dimensions; `nil` where that is no number of its own: out of range, or something was taken away
    /// that does not add up.
    public var value: Quantity? {
        guard let first = entries.first else { return .zero }
        let divisor = meters[Int(first.meter)].divisor
        if entries.contains(where: { $0.correction == .debit }) { return balance(divisor) }
        var total = first.aggregate
        for entry in entries.dropFirst() {
            do throws(AggregateError) { total = try total.merged(with: entry.aggregate) } catch { return nil }
        }
        return total.value(dividedBy: divisor)
    }

    /// What came less what was taken away.
    private func balance(_ divisor: Quantity) -> Quantity? {
        var balance = Quantity.zero
        for entry in entries {
            switch entry.aggregate {
            case .count, .sum: break
            default: return nil
            }
            let value = entry.aggregate.value(dividedBy: divisor)
            let sum = value.flatMap {
                entry.correction == .debit ? balance.subtracting($0) : balance.adding($0)
            }
            guard let sum else { return nil }
            balance = sum
        }
        return balance
    }
}
