public import UsageModel

/// What the commits that were made again have in the ledger, by meter and tenant.
public struct ComparedUsage: Sendable, Hashable {
    public struct Total: Sendable, Hashable {
        /// Windows of series; one that several commits add to is one for each.
        public var windows: UInt64 = 0
        /// The amount, which is still to be divided by the meter's divisor; `nil` where the meter's windows do not add up, or the
        /// sum is out of range.
        public var amount: Quantity? = .zero

        public init() {}

        mutating func add(_ amount: Quantity?, windows: UInt64) {
            self.windows += windows
            guard let before = self.amount, let amount else { return self.amount = nil }
            self.amount = before.adding(amount)
        }
    }

    public private(set) var totals: [UsageDelta.MeterHeader: [ByteString: Total]] = [:]

    /// The part of a total that a window is; `nil` where a meter's windows do not add up. Those of sessions do not: a
    /// session that joins others takes them away.
    public static func amount(_ aggregate: Aggregate, of meter: UsageDelta.MeterHeader) -> Quantity? {
        if meter.isSession { return nil }
        switch aggregate {
        case .count(let events): return Quantity(events: events)
        case .sum(let amount, _): return amount
        case .min, .max, .avg, .unique, .latest, .increase, .timeWeighted, .total: return nil
        }
    }

    /// Takes in a commit's windows, as far as they are asked for. O(entries).
    mutating func take(_ delta: UsageDelta, _ selection: AuditSelection) {
        var rest = delta.entries[...]
        while let first = rest.first {
            let meter = delta.meters[Int(first.meter)]
            var tenants = totals.removeValue(forKey: meter) ?? [:]
            // They are ordered by meter.
            while let entry = rest.first, entry.meter == first.meter {
                rest.removeFirst()
                guard selection.covers(entry.window), selection.tenant.map({ $0 == entry.tenant }) ?? true else {
                    continue
                }
                tenants[entry.tenant, default: Total()].add(Self.amount(entry.aggregate, of: meter), windows: 1)
            }
            if !tenants.isEmpty { totals[meter] = tenants }
        }
    }

    mutating func take(_ other: ComparedUsage) {
        for (meter, tenants) in other.totals {
            totals[meter, default: [:]].merge(tenants) { total, more in
                var total = total
                total.add(more.amount, windows: more.windows)
                return total
            }
        }
    }
}
