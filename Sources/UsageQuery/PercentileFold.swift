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
    /// Windows without usage count as 0 up to here; `nil` where they do not count.
    private let emptyUpTo: Timestamp?
    private var targets: UsageTargets
    private var panes: WindowAssigner?
    private var values: [Key: (values: [Quantity], events: UInt64)] = [:]

    init(
        _ percentile: Percentile, window: UsageWindow, meter: Meter, days: LocalDays, from: Timestamp?, to: Timestamp?,
        emptyUpTo: Timestamp?
    ) {
        self.percentile = percentile
        self.from = from
        self.to = to
        self.emptyUpTo = emptyUpTo
        var whole = window
        if case .own = window { whole = .unit(.total) }
        targets = UsageTargets(whole, of: meter, days: days)
        if case .tumbling = meter.window.pane { panes = WindowAssigner(meter.window, days: days) }
    }

    mutating func add(_ row: UsageRollup.Row) {
        for window in targets.windows(of: row.window) {
            values[Key(window: window, group: row.group), default: ([], 0)].values.append(row.value)
            values[Key(window: window, group: row.group), default: ([], 0)].events += row.events
        }
    }

    mutating func rows() -> [UsageRollup.Row] {
        var empty: [Window: Int] = [:]
        return values.compactMap { key, held in
            let count = empty[key.window] ?? windowCount(in: key.window)
            empty[key.window] = count
            let zeros = max(0, count - held.values.count)
            guard let value = percentile.value(of: held.values.sorted(), zeros: zeros) else { return nil }
            return UsageRollup.Row(window: key.window, group: key.group, value: value, events: held.events)
        }
    }

    /// How many of the meter's windows there are in a window, as far as it was asked for; 0 where empty ones do not count.
    private mutating func windowCount(in window: Window) -> Int {
        guard let emptyUpTo, var panes else { return 0 }
        var start = max(window.start, from ?? window.start)
        let end = min(window.end, min(to ?? window.end, emptyUpTo))
        // Of all of time there is no beginning to count from.
        if start.nanoseconds == .min { return 0 }
        var count = 0
        while start < end {
            start = panes.window(containing: start).end
            count += 1
        }
        self.panes = panes
        return count
    }
}
