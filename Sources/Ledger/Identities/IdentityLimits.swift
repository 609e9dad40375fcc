/// How much of the identities is held in memory, and how they are gathered in files. None of it changes an outcome.
public struct IdentityLimits: Sendable, Hashable {
    /// Recent events in memory before they are written as a run, where the filters leave no room for more.
    public let maximumEvents: Int
    /// Commits whose identities are in memory only: what the next start reads from the segments.
    public let maximumCommits: Int
    /// How many small runs are merged into one.
    var mergeWidth = 8
    /// The most events of a run that is made by merging.
    var maximumRunEvents = 1 << 24
    /// Recent events in memory before they are written as a run, where filters take next to nothing.
    private let mostEvents: Int

    /// What filters and recent events may take together, in bytes, as long as the recent ones are more than `maximumEvents`.
    private static let memory = 250_000_000
    /// What a recent event takes in the worst moment: in the table 40 to 64 bytes, and as much again while a run is written.
    private static let bytesPerEvent = 120

    /// Limits that follow the memory: two million recent events, and half a million once the runs have 60 million, for with the
    /// filters of 100 million they have to fit into some 400 MiB. More recent events are fewer runs, whose filters every later event
    /// is looked for in, and more that the next start reads from the segments.
    public init(maximumCommits: Int = 4_096) {
        self.init(maximumEvents: 512 << 10, orAtMost: 2_000_000, maximumCommits: maximumCommits)
    }

    /// Limits of so many recent events, whatever the filters take.
    public init(maximumEvents: Int, maximumCommits: Int = 4_096) {
        self.init(maximumEvents: maximumEvents, orAtMost: maximumEvents, maximumCommits: maximumCommits)
    }

    private init(maximumEvents: Int, orAtMost mostEvents: Int, maximumCommits: Int) {
        precondition(maximumEvents > 0 && maximumCommits > 0, "limits are positive")
        self.maximumEvents = maximumEvents
        self.mostEvents = mostEvents
        self.maximumCommits = maximumCommits
    }

    /// How many recent events are held in memory before they are written as a run.
    /// - Parameter bytes: what the filters of the runs take.
    public func maximumEvents(besideFilters bytes: Int) -> Int {
        max(maximumEvents, min(mostEvents, (IdentityLimits.memory - bytes) / IdentityLimits.bytesPerEvent))
    }

    /// Runs with fewer events are small.
    var smallRunEvents: Int { max(maximumEvents * 4, mostEvents * 2) }
}
