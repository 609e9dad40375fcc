public import UsageModel

/// How a run is to be done. Nothing but how far it reads changes a total.
public struct RunOptions: Sendable {
    /// How far a run reads.
    public enum Extent: Sendable, Hashable {
        /// It follows its sources until it is told to stop.
        case following
        /// All there is now.
        case untilIdle
        /// All there is now in files that nobody writes to any more, so that their end ends their last line. Under a
        /// period, only the files that have an event in it, and these as a whole: what is committed of a file says that
        /// everything before it was counted.
        case archive(EventPeriod?)

        /// Whether it comes to an end by itself.
        var isBounded: Bool { self != .following }

        /// Whether it leaves partitions alone.
        var hasPeriod: Bool {
            if case .archive(.some) = self { true } else { false }
        }
    }

    /// How many batches are decoded at once, at least 1.
    public var workers: Int
    /// The size of a slab in bytes, 256 KiB to 4 MiB.
    public var batchBytes: Int
    public var extent: Extent
    /// How long to wait before looking at all of an idle source again, where nothing tells of a change earlier.
    public var pollInterval: Duration
    /// The shortest time from one look at the sources to the next, so that what is read then is worth its while.
    public var passInterval: Duration

    public init(
        workers: Int = 2, batchBytes: Int = 256 << 10, extent: Extent = .following,
        pollInterval: Duration = .milliseconds(250), passInterval: Duration = .milliseconds(20)
    ) {
        precondition(workers >= 1, "a run needs at least one worker")
        precondition(RunOptions.batchBytesRange.contains(batchBytes), "a slab has 256 KiB to 4 MiB")
        self.workers = workers
        self.batchBytes = batchBytes
        self.extent = extent
        self.pollInterval = pollInterval
        self.passInterval = passInterval
    }

    /// The sizes a slab may have, in bytes.
    public static let batchBytesRange = 256 << 10...4 << 20
}
