import UsageModel
import Windowing

/// Takes the percentile of the values that a group's own windows have in a larger window.
struct PercentileFold {
    private struct Key: Hashable {
        var window: Window
        var group: Int
    }

    private let percentile: Percentile
    private let from: Timestamp?
    private let to: Timestamp?
    /// What there is of usage.
    private let extent: Window?
    /// Windows without usage count as 0 up to here; `nil` where they do not count.
    private let emptyUpTo: Timestamp?
    private var targets: UsageTargets
    private var panes: WindowAssigner?
    private struct Held {
        var values: [Quantity] = []
        var events: UInt64 = 0
        /// How many of the values are of windows up to which empty ones count.
        var closed = 0
        var end = Timestamp(nanoseconds: .min)

        mutating func add(_ row: UsageRollup.Row, isClosed: Bool) {
            values.append(row.value)
            events += row.events
            if isClosed { closed += 1 }
            end = max(end, row.end)
        }
    }

    private var held: [Key: Held] = [:]

    init(
        _ percentile: Percentile, window: UsageWindow, meter: Meter, days: LocalDays, from: Timestamp?, to: Timestamp?,
        extent: Window?, emptyUpTo: Timestamp?
    ) {
        self.percentile = percentile
        self.from = from
        self.to = to
        self.extent = extent
        self.emptyUpTo = emptyUpTo
        var whole = window
        if case .own = window { whole = .unit(.total) }
        targets = UsageTargets(whole, of: meter, days: days)
        if case .tumbling = meter.window.pane { panes = WindowAssigner(meter.window, days: days) }
    }

    mutating func add(_ row: UsageRollup.Row) {
        for window in targets.windows(of: row.window) {
            let key = Key(window: window, group: row.group)
            let isClosed = emptyUpTo.map { row.window.end <= $0 } ?? false
            held[key, default: Held()].add(row, isClosed: isClosed)
        }
    }

    mutating func rows() -> [UsageRollup.Row] {
        var empty: [Window: Int] = [:]
        return held.compactMap { key, held in
            let count = empty[key.window] ?? windowCount(in: key.window)
            empty[key.window] = count
            let zeros = max(0, count - held.closed)
            guard let value = percentile.value(of: held.values.sorted(), zeros: zeros) else { return nil }
            return UsageRollup.Row(
                window: key.window, group: key.group, value: value, events: held.events,
                end: held.end)
        }
    }

    /// How many of the meter's windows there are in a window, as far as it was asked for; 0 where empty ones do not count.
    private mutating func windowCount(in window: Window) -> Int {
        guard let emptyUpTo, var panes else { return 0 }
        var start = max(window.start, from ?? extent?.start ?? window.start)
        let end = min(window.end, min(to ?? window.end, emptyUpTo))
        // Of all of time there is no beginning to count from.
        if start.nanoseconds == .min { return 0 }
        // Only windows that begin in what was asked for.
        let first = panes.window(containing: start)
        if first.start < start { start = first.end }
        var count = 0
        while case let next = panes.window(containing: start).end, next <= end {
            start = next
            count += 1
        }
        self.panes = panes
        return count
    }
}
