import FileReader
import UsageModel

/// How the readers of a run are opened.
struct SourceOpening: Sendable {
    /// The bytes that a batch aims at.
    var batchBytes = 256 << 10
    /// Whether a source is followed, and not read to its present end.
    var follows = false
    /// How long to wait before looking at all of an idle source again.
    var pollInterval = Duration.milliseconds(250)
    var ends = EndOfFileRule.live
    /// Files that one source may keep open.
    var maximumOpenFiles = 512
    let connections: ServiceConnections
    /// The wall clock: it enters no total.
    let now: @Sendable () -> Timestamp
    /// The time since the start.
    let elapsed: @Sendable () -> Duration
}
