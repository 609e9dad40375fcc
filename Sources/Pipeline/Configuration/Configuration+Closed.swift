public import UsageModel

extension Configuration {
    /// The latest time up to which windows are final: the watermark less the lateness.
    public func closedUpTo(_ watermark: Timestamp?) -> Timestamp? {
        watermark.map { watermark in
            let (moment, overflow) = watermark.nanoseconds.subtractingReportingOverflow(lateness.nanoseconds)
            return Timestamp(nanoseconds: overflow ? .min : moment)
        }
    }
}
