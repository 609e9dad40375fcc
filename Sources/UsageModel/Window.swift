/// A stretch of event time, half-open: an event at `end` is in the next one.
@frozen
public struct Window: Sendable, Hashable, Comparable {
    public var start: Timestamp
    public var end: Timestamp

    @inlinable
    public init(start: Timestamp, end: Timestamp) {
        self.start = start
        self.end = end
    }

    @inlinable
    public func contains(_ time: Timestamp) -> Bool {
        start <= time && time < end
    }

    @inlinable
    public static func < (left: Window, right: Window) -> Bool {
        left.start != right.start ? left.start < right.start : left.end < right.end
    }
}

/// How a meter cuts event time into windows.
public enum WindowSpecification: Sendable, Hashable {
    /// Windows of one size side by side, from 1 minute to 1 day, aligned to midnight in the configured time zone.
    /// The size is in nanoseconds and divides a day.
    case tumbling(size: Int64)
    /// Windows of one size that begin every `hop`, so that a moment lies in several: rows of panes, which are tumbling
    /// windows of `hop`. The size is a multiple of it; both are in nanoseconds.
    case hopping(hop: Int64, size: Int64)
    /// From an event to `gap` after the last one that came less than `gap`, in nanoseconds, after another.
    case session(gap: Int64)
}
