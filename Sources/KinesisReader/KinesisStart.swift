public import UsageModel

/// Where a stream is begun that was never read before. Once something of it is committed this decides nothing any more.
public enum KinesisStart: Sendable, Hashable {
    /// With the oldest records that the stream still holds.
    case trimHorizon
    /// With the records that arrive from now on. The time is taken once, by the service's clock, and committed.
    case latest
    /// With the records that arrived at this time or later; it may not lie in the future.
    case timestamp(Timestamp)
}
