import Ledger
import UsageModel
import Windowing

/// Adds the rows of the ledger up into the rows that were asked for. Exact, and the same in any order of the rows.
struct UsageRollup {
    /// One row of the report.
    struct Row: Hashable {
        var window: Window
        /// `nil` when the rows are not told apart by tenant.
        var tenant: ByteString?
        /// The values of the group's dimensions; `nil` where the events had none.
        var dimensions: [ByteString?]
        var aggregate: Aggregate
    }

    private struct Key: Hashable, Comparable {
        var window: Window
        var tenant: ByteString?
        var dimensions: [ByteString?]

        /// By window, tenant and dimensions, what is absent first.
        static func < (left: Key, right: Key) -> Bool {
            if left.window != right.window { return left.window < right.window }
            if left.tenant != right.tenant { return precedes(left.tenant, right.tenant) }
            return left.dimensions.lexicographicallyPrecedes(right.dimensions, by: precedes)
        }

        private static func precedes(_ left: ByteString?, _ right: ByteString?) -> Bool {
            guard let right else { return false }
            return left.map { $0 < right } ?? true
        }
    }

    let group: UsageGroup
    /// The window that a window of the meter lies in; `nil` for the meter's own.
    private var grid: WindowGrid?
    private var totals: [Key: Aggregate] = [:]
    /// From the first start to the last end that was added.
    private(set) var extent: Window?

    init(window: UsageWindow, group: UsageGroup, days: LocalDays) {
        self.group = group
        if case .unit(let unit) = window { grid = WindowGrid(unit: unit, days: days) }
    }

    /// Takes in one row of the ledger.
    /// - Throws: ``AggregateError`` when a total does not fit, or the meter was of another kind before.
    mutating func add(_ row: UsageRow) throws(AggregateError) {
        let dimensions = group.dimensions.map { name in
            row.meter.dimensions.firstIndex(of: name).flatMap { row.dimensions[$0] }
        }
        let key = Key(
            window: grid?.window(containing: row.window.start) ?? row.window,
            tenant: group.byTenant ? row.tenant : nil, dimensions: dimensions)
        totals[key] = try totals[key]?.merged(with: row.aggregate) ?? row.aggregate
        let known = extent ?? row.window
        extent = Window(start: min(known.start, row.window.start), end: max(known.end, row.window.end))
    }

    /// The rows, ordered by window, tenant and dimensions, as bytes.
    ///
    /// A row whose window is only partly inside what was asked for says which part it covers; one over all of time
    /// covers what there is.
    /// - Parameters:
    ///   - from: the first moment that was asked for.
    ///   - to: the first moment after it.
    func rows(from: Timestamp?, to: Timestamp?) -> [Row] {
        totals.keys.sorted().compactMap { key in
            guard let aggregate = totals[key], let extent else { return nil }
            let whole = key.window
            let window =
                whole == WindowGrid.allOfTime
                ? Window(start: from ?? extent.start, end: to ?? extent.end)
                : Window(start: max(whole.start, from ?? whole.start), end: min(whole.end, to ?? whole.end))
            return Row(window: window, tenant: key.tenant, dimensions: key.dimensions, aggregate: aggregate)
        }
    }
}
