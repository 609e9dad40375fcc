import UsageModel
import Windowing

/// Finds the windows of an answer that a pane of the meter, or a stretch of time, belongs to.
struct UsageTargets {
    private enum Kind {
        case own
        case hopping(HoppingWindows)
        case grid(WindowGrid)
    }

    private var kind: Kind
    /// Of meters with fixed windows.
    private var panes: WindowAssigner?

    init(_ window: UsageWindow, of meter: Meter, days: LocalDays) {
        if case .tumbling = meter.window.pane { panes = WindowAssigner(meter.window, days: days) }
        switch window {
        case .unit(let unit): kind = .grid(WindowGrid(unit: unit, days: days))
        case .own(.hopping(let hop, let size)): kind = .hopping(HoppingWindows(hop: hop, size: size, days: days))
        case .own: kind = .own
        }
    }

    /// The window that a pane or a session counts in; `nil` where there are several.
    mutating func onlyWindow(of pane: Window) -> Window? {
        switch kind {
        case .own: return pane
        case .hopping: return nil
        case .grid(var grid):
            defer { kind = .grid(grid) }
            return grid.window(containing: pane.start)
        }
    }

    /// The windows that a pane or a session counts in.
    mutating func windows(of pane: Window) -> [Window] {
        if let window = onlyWindow(of: pane) { return [window] }
        guard case .hopping(var hopping) = kind else { return [] }
        defer { kind = .hopping(hopping) }
        return hopping.windows(holding: pane)
    }

    /// Cuts a stretch of time at the ends of windows, and calls `body` with each part and a window that it counts in.
    /// - Parameter atPanes: whether it is cut at the ends of the meter's panes, though the windows are larger.
    mutating func split(
        _ start: Timestamp, _ end: Timestamp, atPanes: Bool, _ body: (Window, Timestamp, Timestamp) -> Void
    ) {
        var start = start
        while start < end {
            let pane = atPanes ? ownPane(containing: start) : pane(containing: start)
            let next = min(end, pane.end)
            for window in windows(of: pane) { body(window, start, next) }
            // The last moment that there is.
            if next <= start { return }
            start = next
        }
    }

    /// Whether an answer has a window: of hopping windows also those come up that begin outside of what was asked for.
    func has(_ window: Window, from: Timestamp?, to: Timestamp?) -> Bool {
        guard case .hopping = kind else { return true }
        return from.map { window.start >= $0 } ?? true && to.map { window.start < $0 } ?? true
    }

    /// The stretch of time that the meter's windows from one moment to before another fill.
    mutating func extent(from: Timestamp?, to: Timestamp?) -> (start: Timestamp?, end: Timestamp?) {
        guard panes != nil else { return (from, to) }
        var (start, end) = (from, to)
        if let from, case let pane = ownPane(containing: from), pane.start < from { start = pane.end }
        if let to, to.nanoseconds > .min {
            end = ownPane(containing: Timestamp(nanoseconds: to.nanoseconds - 1)).end
            if case .hopping(var hopping) = kind { end = hopping.end(ofWindowsBefore: to) }
        }
        return (start, end)
    }

    /// The pane of the meter, or where a grid is asked for its window, so that long stretches are cut no finer than that.
    private mutating func pane(containing time: Timestamp) -> Window {
        if case .grid(var grid) = kind {
            defer { kind = .grid(grid) }
            return grid.window(containing: time)
        }
        return ownPane(containing: time)
    }

    /// The meter's own pane at a moment.
    mutating func ownPane(containing time: Timestamp) -> Window {
        guard var assigner = panes else { preconditionFailure("a moment alone is in no session") }
        defer { panes = assigner }
        return assigner.window(containing: time)
    }
}
