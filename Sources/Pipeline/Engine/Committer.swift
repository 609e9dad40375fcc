import UsageModel
import Windowing

/// The ordered end of the pipeline: finds repeats, adds up, and decides what a commit holds.
struct Committer {
    private var deduplicator: Deduplicator
    private var usage: UsageAccumulator
    private var watermarks: WatermarkTracker
    private var builder: CommitBuilder
    private let lateness: Int64
    /// Windows that end at or before it were closed for good when the run began.
    private let sealed: Timestamp?
    /// The watermark of the last commit: what it closed stays closed.
    private var closed: Timestamp?

    /// Bytes of the sources that wait for the commit.
    var bytes: UInt64 { builder.bytes }
    var isEmpty: Bool { builder.isEmpty }

    init(
        deduplicator: Deduplicator, usage: UsageAccumulator, watermark: Timestamp?, lateness: Int64,
        sealed: Timestamp?, builder: CommitBuilder
    ) {
        self.deduplicator = deduplicator
        self.usage = usage
        self.watermarks = WatermarkTracker(restoring: watermark)
        self.builder = builder
        self.lateness = lateness
        self.sealed = sealed
        self.closed = watermark
    }

    /// Takes in the next batch in the order of the sources.
    /// - Returns: what became of its records.
    mutating func take(_ batch: AttributedBatch) throws(WindowingError) -> RecordCounts {
        let admission = deduplicator.admit(batch)
        try usage.add(batch, admission, watermark: closed, lateness: lateness, sealed: sealed)
        watermarks.observe(batch.events)
        builder.add(batch, admission)
        return admission.counts
    }

    /// Lets partitions that have something to read hold the watermark until they are read.
    mutating func expect(_ partitions: [Partition]) {
        for partition in partitions { watermarks.open(partition) }
    }

    /// Ends the commit and begins the next.
    mutating func commit() -> Commit {
        closed = watermarks.watermark
        return builder.take(delta: usage.drain(), watermark: closed)
    }
}
