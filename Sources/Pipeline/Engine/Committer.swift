import UsageModel
import Windowing

/// The ordered end of the pipeline: finds repeats, adds up, and decides what a commit holds.
struct Committer {
    private var repeats: RepeatFinder
    private var usage: UsageAccumulator
    private var watermarks: WatermarkTracker
    private var builder: CommitBuilder
    private let lateness: Int64
    /// Windows that end at or before it were closed for good when the run began.
    private let sealed: Timestamp?
    /// The watermark of the last commit: what it closed stays closed.
    private var closed: Timestamp?

    /// What a commit hands on.
    struct Ended: Sendable {
        var commit: Commit
        /// The events that leave the memory with it, to be written once it is durable.
        var frozen: RepeatFinder.Frozen?
    }

    /// Bytes of the sources that wait for the commit.
    var bytes: UInt64 { builder.bytes }
    var isEmpty: Bool { builder.isEmpty }
    /// Whether the memory for events is full, so that it is time for a commit.
    var isFull: Bool { repeats.isFull }
    /// Whether a commit has to wait until the events that left the memory before are written.
    var isBlocked: Bool { repeats.isFull && repeats.isWriting }

    init(
        repeats: RepeatFinder, usage: UsageAccumulator, watermark: Timestamp?, lateness: Int64,
        sealed: Timestamp?, builder: CommitBuilder
    ) {
        self.repeats = repeats
        self.usage = usage
        self.watermarks = WatermarkTracker(restoring: watermark)
        self.builder = builder
        self.lateness = lateness
        self.sealed = sealed
        self.closed = watermark
    }

    /// Takes in the next batch in the order of the sources. It may have to look repeats up on disk, which blocks.
    /// - Returns: what became of its records.
    mutating func take(_ batch: AttributedBatch) throws -> RecordCounts {
        let admission = try repeats.admit(batch)
        try usage.add(batch, admission, watermark: closed, lateness: lateness, sealed: sealed)
        watermarks.observe(batch.events)
        builder.add(batch, admission)
        return admission.counts
    }

    /// Lets partitions that have something to read hold the watermark until they are read.
    mutating func expect(_ partitions: [Partition]) {
        for partition in partitions { watermarks.open(partition) }
    }

    /// Lets partitions of which nothing more comes at present hold the watermark no longer.
    mutating func drop(_ partitions: [Partition]) {
        for partition in partitions { watermarks.drop(partition) }
    }

    /// Lets a source that has nothing more to read now hold the watermark no longer.
    mutating func settle(source: String) {
        watermarks.settle(source: source)
    }

    /// Ends the commit and begins the next.
    mutating func commit() -> Ended {
        closed = watermarks.watermark
        return Ended(
            commit: builder.take(delta: usage.drain(), watermark: closed), frozen: repeats.commit(watermark: closed))
    }
}
