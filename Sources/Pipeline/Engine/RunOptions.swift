/// How a run is to be done. None of it changes a total.
public struct RunOptions: Sendable {
    /// How many batches are decoded at once, at least 1.
    public var workers: Int
    /// The size of a slab in bytes, 256 KiB to 4 MiB.
    public var batchBytes: Int
    /// Whether to end when all there is now has been read and committed.
    public var untilIdle: Bool
    /// How long to wait before looking at all of an idle source again, where nothing tells of a change earlier.
    public var pollInterval: Duration
    /// The shortest time from one look at the sources to the next, so that what is read then is worth its while.
    public var passInterval: Duration

    public init(
        workers: Int = 2, batchBytes: Int = 1 << 20, untilIdle: Bool = false,
        pollInterval: Duration = .milliseconds(250), passInterval: Duration = .milliseconds(20)
    ) {
        precondition(workers >= 1, "a run needs at least one worker")
        precondition(RunOptions.batchBytesRange.contains(batchBytes), "a slab has 256 KiB to 4 MiB")
        self.workers = workers
        self.batchBytes = batchBytes
        self.untilIdle = untilIdle
        self.pollInterval = pollInterval
        self.passInterval = passInterval
    }

    /// The sizes a slab may have, in bytes.
    public static let batchBytesRange = 256 << 10...4 << 20
}
