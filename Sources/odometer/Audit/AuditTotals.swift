import Pipeline
import UsageModel

/// What was compared, by meter and tenant: what the ledger has, and what the sources come to.
struct AuditTotals {
    struct Series: Hashable {
        var meter: UsageDelta.MeterHeader
        var tenant: ByteString
    }

    struct Row {
        var series: Series
        var windows: UInt64
        /// Windows whose numbers differ.
        var differing: UInt64
        /// `nil` where the meter's windows do not add up.
        var ledger: Quantity?
        var recomputed: Quantity?
    }

    /// What the differences of a series come to.
    fileprivate struct Change {
        var differing: UInt64 = 0
        /// Windows that the ledger does not have.
        var added: UInt64 = 0
        /// What the sources have more; `nil` where it cannot be told.
        var amount: Quantity? = .zero
    }

    /// Those that differ first, then by meter and tenant.
    private(set) var rows: [Row] = []

    /// How many windows were compared.
    var windows: UInt64 { rows.reduce(0) { $0 + $1.windows } }

    /// How many of them differ.
    var differing: UInt64 { rows.reduce(0) { $0 + $1.differing } }

    /// O(series and differences), and sorting.
    init(_ report: AuditReport) {
        var changes: [Series: Change] = [:]
        // What another tenant table would say is no fault of the ledger's numbers.
        for difference in report.differences where difference.cause != .mappingChanged {
            guard let usage = difference.usage else { continue }
            let series = Series(meter: usage.meter, tenant: usage.tenant)
            changes[series, default: Change()].take(usage)
        }
        for (meter, tenants) in report.compared.totals {
            for (tenant, total) in tenants {
                let series = Series(meter: meter, tenant: tenant)
                rows.append(AuditTotals.row(series, total, changes.removeValue(forKey: series) ?? Change()))
            }
        }
        for (series, change) in changes { rows.append(AuditTotals.row(series, .init(), change)) }
        rows.sort { left, right in
            if (left.differing > 0) != (right.differing > 0) { return left.differing > 0 }
            let (first, second) = (left.series, right.series)
            if first.meter.name != second.meter.name { return first.meter.name < second.meter.name }
            if first.tenant != second.tenant { return first.tenant < second.tenant }
            return first.meter.definition < second.meter.definition
        }
    }

    private static func row(_ series: Series, _ total: ComparedUsage.Total, _ change: Change) -> Row {
        let recomputed = total.amount.flatMap { amount in change.amount.flatMap { amount.adding($0) } }
        func shown(_ amount: Quantity?) -> Quantity? { amount.flatMap { $0.divided(by: series.meter.divisor) } }
        return Row(
            // A commit that could not be made again has differences, and nothing that was compared.
            series: series, windows: max(total.windows + change.added, change.differing), differing: change.differing,
            ledger: shown(total.amount), recomputed: shown(recomputed))
    }
}

extension AuditTotals.Change {
    fileprivate mutating func take(_ usage: AuditDifference.Usage) {
        differing += 1
        added += usage.ledger == nil ? 1 : 0
        func amount(_ aggregate: Aggregate?) -> Quantity? {
            guard let aggregate else { return .zero }
            return ComparedUsage.amount(aggregate, of: usage.meter)
        }
        guard let before = self.amount, let ledger = amount(usage.ledger), let recomputed = amount(usage.recomputed)
        else { return self.amount = nil }
        self.amount = recomputed.subtracting(ledger).flatMap { before.adding($0) }
    }
}
