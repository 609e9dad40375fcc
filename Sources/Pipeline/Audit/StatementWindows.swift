import UsageModel
import UsageQuery
import Windowing

/// Finds the windows that the texts of a statement mean.
struct StatementWindows {
    /// A text is no window of the meter.
    struct Mistake: Error {
        /// Whether the end is wrong; else the start.
        var isOfEnd: Bool
        var message: String
    }

    /// A text, and how exact it is.
    private enum Moment {
        case month(Timestamp)
        case day(Timestamp)
        case time(Timestamp)

        var time: Timestamp {
            switch self {
            case .month(let time), .day(let time), .time(let time): time
            }
        }
    }

    private let unit: WindowGrid.Unit?
    private let period: EventPeriod
    private var days: LocalDays
    private var grids: [WindowGrid.Unit: WindowGrid] = [:]
    private var panes: [Int64: WindowAssigner] = [:]

    init(_ rules: StatementRules) {
        (unit, period, days) = (rules.unit, rules.period, rules.days)
    }

    /// The window that starts and ends at what two texts say; an empty end leaves its length to the start's text, then to
    /// the rules, then to the meter.
    mutating func window(
        from startText: String, to endText: String, of meter: Meter
    ) throws(Mistake) -> StatementWindow {
        let start = try startText.isEmpty && unit == .total ? nil : moment(startText, isOfEnd: false)
        let end = try endText.isEmpty ? nil : moment(endText, isOfEnd: true).time
        if let end, let start { return try window(from: start.time, to: end, of: meter) }
        switch (start, unit) {
        case (.month(let time), nil), (.month(let time), .month), (.month(let time), .total):
            return try window(.month, at: time, of: meter)
        case (.day(let time), nil): return try window(.day, at: time, of: meter)
        case (_, .total):
            return try span(
                from: start?.time ?? period.start ?? WindowGrid.allOfTime.start,
                to: end ?? period.end ?? WindowGrid.allOfTime.end, of: meter)
        case (.month, let unit?):
            throw Mistake(isOfEnd: false, message: "a month, but --window says \(unit.rawValue); write where it starts")
        case (.day, .hour), (.day, .minute):
            throw Mistake(
                isOfEnd: false, message: "a day without a time; write RFC 3339 such as \(startText)T00:00:00Z")
        case (let moment?, let unit?): return try window(unit, at: moment.time, of: meter)
        case (let moment?, nil): return try ownWindow(at: moment.time, of: meter)
        case (nil, _): throw Mistake(isOfEnd: false, message: "the window is empty; write where it starts")
        }
    }

    private mutating func moment(_ text: String, isOfEnd: Bool) throws(Mistake) -> Moment {
        if let time = Timestamp(text) { return .time(time) }
        let midnight: Timestamp? =
            switch text.utf8.count {
            case 7: Timestamp(text + "-01T00:00:00Z")
            case 10: Timestamp(text + "T00:00:00Z")
            default: nil
            }
        guard let midnight else {
            throw Mistake(
                isOfEnd: isOfEnd,
                message: "\"\(text)\" is neither a month like 2026-11, nor a day like 2026-11-01, nor RFC 3339 like"
                    + " 2026-11-01T00:00:00Z")
        }
        let start = days.start(ofDay: midnight.nanoseconds / 86_400_000_000_000)
        return text.utf8.count == 7 ? .month(start) : .day(start)
    }

    // MARK: A start alone

    private mutating func window(
        _ unit: WindowGrid.Unit, at start: Timestamp, of meter: Meter
    ) throws(Mistake) -> StatementWindow {
        do throws(UsageQuestionError) { _ = try UsageWindow(unit, of: meter) } catch {
            throw Mistake(isOfEnd: false, message: error.description)
        }
        let window = gridWindow(unit, containing: start)
        guard window.start == start else { throw inside(window, unit.rawValue) }
        return StatementWindow(kind: .unit(unit), window: window)
    }

    private mutating func ownWindow(at start: Timestamp, of meter: Meter) throws(Mistake) -> StatementWindow {
        guard let pane = pane(containing: start, of: meter) else {
            throw Mistake(
                isOfEnd: false,
                message:
                    "the sessions of meter \(meter.name) are of any length; add a column window_end, or give --window")
        }
        guard pane.start == start else { throw inside(pane, "window of meter \(meter.name)") }
        guard case .hopping(let hop, let size) = meter.window else { return StatementWindow(kind: .own, window: pane) }
        var hopping = HoppingWindows(hop: hop, size: size, days: days)
        let window = hopping.windows(holding: pane).last ?? pane
        return StatementWindow(kind: .own, window: window)
    }

    private func inside(_ window: Window, _ what: String) -> Mistake {
        Mistake(isOfEnd: false, message: "not the start of a \(what), which is \(window.start)")
    }

    // MARK: A start and an end

    private mutating func window(
        from start: Timestamp, to end: Timestamp, of meter: Meter
    ) throws(Mistake) -> StatementWindow {
        guard start < end else {
            throw Mistake(isOfEnd: true, message: "not after the window's start; it is the moment to end before")
        }
        let window = Window(start: start, end: end)
        let own = try? ownWindow(at: start, of: meter)
        if let own, own.window == window { return own }
        for unit in [WindowGrid.Unit.minute, .hour, .day, .month] where gridWindow(unit, containing: start) == window {
            if let found = try? self.window(unit, at: start, of: meter) { return found }
        }
        if case .session = meter.window, unit != .total { return StatementWindow(kind: .own, window: window) }
        return try span(from: start, to: end, of: meter)
    }

    /// All windows of the meter that start from one moment to before another: no window may be cut in two.
    private mutating func span(
        from start: Timestamp, to end: Timestamp, of meter: Meter
    ) throws(Mistake) -> StatementWindow {
        for (edge, isOfEnd) in [(start, false), (end, true)] where !isEndOfTime(edge) {
            guard let pane = pane(containing: edge, of: meter), pane.start != edge else { continue }
            throw Mistake(
                isOfEnd: isOfEnd,
                message:
                    "inside of a window of meter \(meter.name), from \(pane.start) to \(pane.end); take one of the two")
        }
        return StatementWindow(kind: .span, window: Window(start: start, end: end))
    }

    private func isEndOfTime(_ time: Timestamp) -> Bool {
        time == WindowGrid.allOfTime.start || time == WindowGrid.allOfTime.end
    }

    private mutating func gridWindow(_ unit: WindowGrid.Unit, containing time: Timestamp) -> Window {
        var grid = grids[unit] ?? WindowGrid(unit: unit, days: days)
        defer { grids[unit] = grid }
        return grid.window(containing: time)
    }

    /// The meter's pane at a moment; `nil` where it has sessions.
    private mutating func pane(containing time: Timestamp, of meter: Meter) -> Window? {
        guard case .tumbling(let size) = meter.window.pane else { return nil }
        var assigner = panes[size] ?? WindowAssigner(meter.window, days: days)
        defer { panes[size] = assigner }
        return assigner.window(containing: time)
    }
}
