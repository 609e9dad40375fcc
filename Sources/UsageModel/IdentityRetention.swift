/// How long events are remembered, in nanoseconds before the watermark.
public struct IdentityRetention: Sendable, Hashable {
    /// How far back a repeat is found whatever its time.
    public var horizon: Int64
    /// How far back events are kept at all; `nil` for ever.
    public var keep: Int64?

    public init(horizon: Int64, keep: Int64? = nil) {
        precondition(horizon >= 0 && (keep ?? 0) >= 0, "events are remembered for a time")
        self.horizon = horizon
        self.keep = keep
    }

    /// What counts under a watermark. Whole hours count: the one that the horizon begins in is in it.
    ///
    /// - Parameter prunedBefore: what was forgotten before; that never comes back.
    public func horizon(watermark: Timestamp?, prunedBefore: Int32 = .min) -> IdentityHorizon {
        guard let watermark else { return IdentityHorizon(firstHour: .min, prunedBefore: prunedBefore) }
        func hour(_ age: Int64) -> Int32 {
            let (time, overflow) = watermark.nanoseconds.subtractingReportingOverflow(age)
            return overflow ? .min : Timestamp(nanoseconds: time).hour
        }
        return IdentityHorizon(
            firstHour: hour(horizon), prunedBefore: max(prunedBefore, keep.map(hour) ?? .min))
    }
}
