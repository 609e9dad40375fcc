/// A period that was closed for good: its totals as they were, and up to which frame of the ledger they count.
///
/// What comes for a sealed window later is a correction, whatever the configured lateness says.
public struct Seal: Sendable, Hashable {
    /// Windows that end at or before it are sealed.
    public var before: Timestamp
    /// The `before` of the seal before this one, which had sealed all windows up to there; `nil` for the first.
    public var after: Timestamp?
    /// The last frame that the totals take in.
    public var asOf: UInt64
    /// The total of each series over the windows that end after `after` and at or before `before`: an entry's window goes
    /// from the first to the last of these. In the order of a delta.
    public var totals: UsageDelta

    public init(before: Timestamp, after: Timestamp?, asOf: UInt64, totals: UsageDelta) {
        self.before = before
        self.after = after
        self.asOf = asOf
        self.totals = totals
    }
}
