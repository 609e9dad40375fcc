import Ledger
import UsageModel
import Windowing

/// The ordered end of the pipeline: finds repeats, adds up, and decides what a commit holds.
struct Committer {
    private var repeats: RepeatFinder
    private let counted: CountedEvents?
    private var usage: UsageAccumulator
    private var watermarks: WatermarkTracker
    private var builder: CommitBuilder
    private var blocks: [ArchiveBlock] = []
    private let lateness: Duration
    /// Windows that end at or before it were closed for good when the run began.
    private let sealed: Timestamp?
    /// Windows that end at or before it were closed by the watermark of the last commit.
    private var closed: Timestamp?
    /// Whether a commit of this run has listed the meters.
    private var hasListed = false

    /// What a commit hands on.
    struct Ended: Sendable {
        var commit: Commit
        /// The records that it took in, of the sources that are kept in the archive.
        var blocks: [ArchiveBlock]
        /// The events that leave the memory with it, to be written once it is durable.
        var frozen: RepeatFinder.Frozen?
    }

    /// Bytes of the sources that wait for the commit.
    var bytes: UInt64 { builder.bytes }
    var isEmpty: Bool { builder.isEmpty }
    /// Whether the memory for events or for what they said is full, so that it is time for a commit.
    var isFull: Bool { repeats.isFull || usage.isFull }
    /// Whether a commit has to wait until the events that left the memory before are written.
    var isBlocked: Bool { repeats.isFull && repeats.isWriting }

    init(
        repeats: RepeatFinder, counted: CountedEvents?, usage: UsageAccumulator, status: LedgerStatus,
        lateness: Duration,
        builder: CommitBuilder
    ) {
        self.repeats = repeats
        self.counted = counted
        self.usage = usage
        self.watermarks = WatermarkTracker(restoring: status.watermark, latest: status.latest)
        self.builder = builder
        self.lateness = lateness
        self.sealed = status.sealedBefore
        close(upTo: status.watermark)
    }

    /// Takes in the next batch in the order of the sources. It may have to look repeats up on disk, which blocks.
    /// - Parameter block: the same batch for the archive.
    /// - Returns: what became of its records.
    mutating func take(_ batch: AttributedBatch, _ block: ArchiveBlock?) throws -> RecordCounts {
        let admission = if let counted { try counted.admit(batch, &repeats) } else { try repeats.admit(batch) }
        try usage.add(batch, admission, closed: closed, sealed: sealed)
        watermarks.observe(batch.events)
        builder.add(batch, admission)
        if let block { blocks.append(block) }
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

    /// Goes on with another tenant table, whose document the ledger has. Nothing may wait for a commit.
    mutating func use(tenants: [ByteString], document: Digest256) {
        usage.use(tenants: tenants)
        builder.use(tenants: document)
    }

    /// The limits of series that were come to since the last time.
    mutating func takeLimitNotices() -> [UsageAccumulator.LimitNotice] { usage.takeLimitNotices() }

    /// Ends the commit and begins the next.
    mutating func commit() -> Ended {
        let watermark = watermarks.watermark
        let commit = builder.take(
            delta: usage.drain(listingAll: !hasListed), watermark: watermark, latest: watermarks.latest,
            closed: [closed, sealed].compactMap { $0 }.max())
        hasListed = true
        close(upTo: watermark)
        let ended = Ended(commit: commit, blocks: blocks, frozen: repeats.commit(watermark: watermark))
        blocks = []
        return ended
    }

    private mutating func close(upTo watermark: Timestamp?) {
        closed = watermark?.adding(.zero - lateness)
    }
}
