public import UsageModel

/// The hopping windows that a pane is part of.
///
/// A window is `size / hop` panes in a row, and begins with each pane. Where clocks change by less than a hop, the day's last
/// pane is shorter, and so are the windows that it is part of.
public struct HoppingWindows: Sendable {
    private var panes: WindowAssigner
    /// How many panes a window has.
    public let count: Int
    private var current = Window(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 0))
    private var windows: [Window] = []

    public init(hop: Int64, size: Int64, days: LocalDays) {
        precondition(hop > 0 && size % hop == 0, "the size is a multiple of the hop")
        panes = WindowAssigner(.tumbling(size: hop), days: days)
        count = Int(size / hop)
    }

    /// The windows that hold a pane, the earliest first. O(panes of a window) for a pane that was not asked for last.
    public mutating func windows(holding pane: Window) -> [Window] {
        if pane == current, !windows.isEmpty { return windows }
        var row = [pane]
        for _ in 1..<count { row.append(next(after: row[row.count - 1])) }
        for _ in 1..<count { row.insert(previous(before: row[0]), at: 0) }
        current = pane
        windows = (0..<count).map { Window(start: row[$0].start, end: row[$0 + count - 1].end) }
        return windows
    }

    /// Where the windows that begin before a moment end.
    public mutating func end(ofWindowsBefore moment: Timestamp) -> Timestamp {
        if moment.nanoseconds == .min { return moment }
        var pane = panes.window(containing: Timestamp(nanoseconds: moment.nanoseconds - 1))
        for _ in 1..<count { pane = next(after: pane) }
        return pane.end
    }

    private mutating func next(after pane: Window) -> Window {
        panes.window(containing: pane.end)
    }

    private mutating func previous(before pane: Window) -> Window {
        pane.start.nanoseconds == .min
            ? pane : panes.window(containing: Timestamp(nanoseconds: pane.start.nanoseconds - 1))
    }
}
