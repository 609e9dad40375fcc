public import UsageModel

/// A part of what a series has in a window, as a scan comes upon it.
public struct UsagePiece: Sendable {
    /// Tells series apart within a scan.
    public var series: Int64
    /// What the caller said of the series.
    public var tag: Int
    public var window: Window
    public var aggregate: Aggregate
    /// Whether the window lies before what was asked for: it is there for its last reading.
    public var isBefore: Bool
}
