public import Ledger
public import UsageModel

extension Configuration {
    /// The latest time up to which windows are final: the watermark less the lateness.
    public func closedUpTo(_ watermark: Timestamp?) -> Timestamp? {
        watermark?.adding(.zero - lateness)
    }

    /// The same of a ledger, in which windows may be sealed besides.
    public func closedUpTo(_ status: LedgerStatus) -> Timestamp? {
        [closedUpTo(status.watermark), status.sealedBefore].compactMap { $0 }.max()
    }

    /// How long events are remembered.
    var retention: IdentityRetention {
        IdentityRetention(horizon: dedupHorizon.nanoseconds, keep: dedupKeep?.nanoseconds)
    }
}
