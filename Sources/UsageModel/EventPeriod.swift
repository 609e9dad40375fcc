/// A stretch of event time, half-open, that may be open at either side.
public struct EventPeriod: Sendable, Hashable {
    /// The first moment; `nil` for all before ``end``.
    public var start: Timestamp?
    /// The moment to end before; `nil` for all from ``start`` on.
    public var end: Timestamp?

    /// - Precondition: `start` is before `end`.
    public init(start: Timestamp?, end: Timestamp?) {
        if let start, let end { precondition(start < end, "a period ends after it starts") }
        self.start = start
        self.end = end
    }

    public func contains(_ time: Timestamp) -> Bool {
        (start.map { $0 <= time } ?? true) && (end.map { time < $0 } ?? true)
    }
}
