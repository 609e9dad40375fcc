import Ledger
public import UsageModel

/// What of a ledger is audited.
public struct AuditSelection: Sendable {
    /// One tenant's usage only; all sources are read for it.
    public var tenant: ByteString?
    /// Commits with events in the period only.
    public var period = EventPeriod(start: nil, end: nil)
    /// The part of the commits that is made again, drawn at random; `nil` for all.
    public var sample: Double?
    /// What the draw depends on, beside the commits' numbers.
    public var seed: UInt64 = 0

    public init() {}

    /// Whether a commit has something in the period.
    func covers(_ commit: Commit) -> Bool {
        if period.start == nil, period.end == nil { return true }
        let isInHour = commit.identities.contains { event in
            let start = Timestamp(seconds: Int64(event.hour) * 3_600) ?? Timestamp(nanoseconds: 0)
            return covers(Window(start: start, end: start.adding(.seconds(3_600))))
        }
        if isInHour { return true }
        return commit.delta.entries.contains { covers($0.window) }
    }

    /// Whether a window has a moment in the period.
    func covers(_ window: Window) -> Bool {
        (period.start.map { window.end > $0 } ?? true) && (period.end.map { window.start < $0 } ?? true)
    }

    /// Whether the commit is one of the sample. The numbers are mixed by SplitMix64's finalizer
    /// (https://doi.org/10.1145/2714064.2660195), so that the same seed draws the same commits.
    func draws(_ seq: UInt64) -> Bool {
        guard let sample else { return true }
        var mixed = (seed &+ seq &* 0x9E37_79B9_7F4A_7C15) &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return Double(mixed >> 11) * 0x1p-53 < sample
    }
}
