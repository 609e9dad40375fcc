public import UsageModel

/// How far a run is, for a person to look at.
public struct RunProgress: Sendable, Hashable {
    /// Bytes of the sources that were taken in by this run, as they lie there.
    public var bytesRead: UInt64
    /// Bytes that there were to read at the start; `nil` when the run follows its sources.
    public var bytesTotal: UInt64?
    /// What became of the records of this run so far.
    public var counts: RecordCounts
    /// Commits that are durable.
    public var commits: UInt64
    public var elapsed: Duration

    public init(
        bytesRead: UInt64 = 0, bytesTotal: UInt64? = nil, counts: RecordCounts = RecordCounts(), commits: UInt64 = 0,
        elapsed: Duration = .zero
    ) {
        self.bytesRead = bytesRead
        self.bytesTotal = bytesTotal
        self.counts = counts
        self.commits = commits
        self.elapsed = elapsed
    }
}
