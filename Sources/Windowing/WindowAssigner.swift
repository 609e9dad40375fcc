public import UsageModel

/// Finds the window that a moment lies in.
///
/// Windows follow each other from the local midnight, each `size` of elapsed time long. The size divides 24 hours; where
/// clocks change, the last window of the day ends at the next midnight, and so may be shorter: a day of 25 hours has 25
/// windows of an hour, and in windows of 6 hours four and one of an hour. A window of a day is the local day, 23 to 25
/// hours. So windows of a smaller size always lie inside one of a larger, and inside one day. In UTC it is all arithmetic.
public struct WindowAssigner: Sendable {
    /// The nominal size in nanoseconds.
    public let size: Int64
    private var days: LocalDays
    private var current = Window(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 0))

    /// - Parameters:
    ///   - specification: tumbling windows, or hopping ones for their panes.
    ///   - days: the local days, see ``LocalDays/init(timeZone:)``.
    public init(_ specification: WindowSpecification, days: LocalDays) {
        guard case .tumbling(let size) = specification.pane else {
            preconditionFailure("a moment alone is in no session")
        }
        precondition(size > 0 && LocalDays.nanosecondsPerDay % size == 0, "the size of tumbling windows divides a day")
        self.size = size
        self.days = days
    }

    /// The window that holds the moment. O(1), and next to nothing for moments in the same window as the last.
    ///
    /// The last window that a ``Timestamp`` can hold is clamped to its end.
    @inline(__always)
    public mutating func window(containing time: Timestamp) -> Window {
        if !current.contains(time) { move(to: time) }
        return current
    }

    private mutating func move(to time: Timestamp) {
        if days.isUTC {
            let nanoseconds = time.nanoseconds
            let into = nanoseconds % size
            let (start, underflow) = nanoseconds.subtractingReportingOverflow(into < 0 ? into + size : into)
            current = WindowAssigner.clamped(start: underflow ? Int64.min : start, size: size, end: Int64.max)
            return
        }
        let day = days.day(containing: time)
        if size == LocalDays.nanosecondsPerDay {
            current = day
            return
        }
        let start = day.start.nanoseconds
        let into = (time.nanoseconds - start) % size
        current = WindowAssigner.clamped(start: time.nanoseconds - into, size: size, end: day.end.nanoseconds)
    }

    private static func clamped(start: Int64, size: Int64, end: Int64) -> Window {
        let (next, overflow) = start.addingReportingOverflow(size)
        return Window(
            start: Timestamp(nanoseconds: start), end: Timestamp(nanoseconds: overflow ? end : min(next, end)))
    }
}
