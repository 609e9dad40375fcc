public import UsageModel
public import Windowing

/// What the text of a statement does not say itself.
public struct StatementRules: Sendable {
    /// Those that it may name.
    public var meters: [Meter]
    /// The days of the configured time zone.
    public var days: LocalDays
    /// The meter of a statement that has no column for it.
    public var meter: String?
    /// How long windows are where neither the text nor a column `window_end` says so.
    public var unit: WindowGrid.Unit?
    /// What a total without a start or an end is over.
    public var period = EventPeriod(start: nil, end: nil)

    public init(meters: [Meter], days: LocalDays) {
        (self.meters, self.days) = (meters, days)
    }
}
