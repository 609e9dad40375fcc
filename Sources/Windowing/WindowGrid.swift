public import UsageModel

/// The windows that usage is shown in: meters' windows roll up into them, for each lies inside one.
public struct WindowGrid: Sendable {
    /// The size of the windows; the raw value is the word of the command line.
    public enum Unit: String, Sendable, Hashable, CaseIterable {
        case minute, hour, day, month, total
    }

    public let unit: Unit
    private var days: LocalDays
    private var minutes: WindowAssigner
    private var hours: WindowAssigner
    private var current = Window(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 0))

    /// All of time: the one window of ``Unit/total``.
    public static let allOfTime = Window(
        start: Timestamp(nanoseconds: Int64.min), end: Timestamp(nanoseconds: Int64.max))

    public init(unit: Unit, days: LocalDays) {
        self.unit = unit
        self.days = days
        minutes = WindowAssigner(.tumbling(size: 60 * LocalDays.nanosecondsPerSecond), days: days)
        hours = WindowAssigner(.tumbling(size: 3_600 * LocalDays.nanosecondsPerSecond), days: days)
    }

    /// The window that holds the moment: a minute or an hour as ``WindowAssigner`` cuts it, a local day, a local month, or all of time.
    public mutating func window(containing time: Timestamp) -> Window {
        switch unit {
        case .minute: return minutes.window(containing: time)
        case .hour: return hours.window(containing: time)
        case .day: return days.day(containing: time)
        case .total: return WindowGrid.allOfTime
        case .month:
            if !current.contains(time) { current = month(containing: time) }
            return current
        }
    }

    private mutating func month(containing time: Timestamp) -> Window {
        let number = days.number(ofDayContaining: time)
        let date = Timestamp.civil(daysSince1970: Int(number))
        let first = Int64(Timestamp.daysSince1970(year: date.year, month: date.month, day: 1))
        let length = Int64(Timestamp.days(inMonth: date.month, of: date.year))
        return Window(start: days.start(ofDay: first), end: days.start(ofDay: first + length))
    }
}
