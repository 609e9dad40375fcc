/// How much of the identities is held in memory, and how they are gathered in files. None of it changes an outcome.
public struct IdentityLimits: Sendable, Hashable {
    /// Recent events in memory before they are written as a run.
    public var maximumEvents: Int
    /// Commits whose identities are in memory only: what the next start reads from the segments.
    public var maximumCommits: Int
    /// How many small runs are merged into one.
    var mergeWidth = 8
    /// The most events of a run that is made by merging.
    var maximumRunEvents = 1 << 24

    /// - Parameters:
    ///   - maximumEvents: at 29 bytes in a table of 50 to 75 %: 20 to 30 MB, twice while a run is written. More of them are fewer
    ///     runs, whose filters every later event is looked for in; but with the filters of 100 million they fit into 400 MB.
    public init(maximumEvents: Int = 512 << 10, maximumCommits: Int = 4_096) {
        precondition(maximumEvents > 0 && maximumCommits > 0, "limits are positive")
        self.maximumEvents = maximumEvents
        self.maximumCommits = maximumCommits
    }

    /// Runs with fewer events are small.
    var smallRunEvents: Int { maximumEvents * 4 }
}
