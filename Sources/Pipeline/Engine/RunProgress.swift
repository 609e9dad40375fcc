public import UsageModel

/// How far a run is, for a person to look at.
public struct RunProgress: Sendable, Hashable {
    /// What a partition of the sources is called.
    public enum PartitionName: String, Sendable, Hashable {
        case file, object, shard
        /// Where there are several kinds.
        case partition
    }

    public var partitionName: PartitionName
    /// Bytes of the sources that were taken in by this run, as they lie there.
    public var bytesRead: UInt64
    /// Bytes that there were to read at the start, without the partitions that were left alone since; `nil` when the run
    /// follows its sources.
    public var bytesTotal: UInt64?
    /// Partitions that were read to the end they had.
    public var partitionsRead: UInt64
    /// Partitions that had something to read at the start, without those left alone since; `nil` when the run follows its
    /// sources.
    public var partitionsTotal: UInt64?
    /// The sources where more is being looked for, so that the totals still grow.
    public var lookingIn: Set<String>
    /// Partitions without an event in the period that was asked for.
    public var partitionsLeft: UInt64
    /// What became of the records of this run so far.
    public var counts: RecordCounts
    /// Commits that are durable.
    public var commits: UInt64
    public var elapsed: Duration
    /// Whether the reader came to the end of what there was, and was not told to stop before.
    public var isComplete: Bool

    public init(
        partitionName: PartitionName = .file, bytesRead: UInt64 = 0, bytesTotal: UInt64? = nil,
        partitionsRead: UInt64 = 0, partitionsTotal: UInt64? = nil,
        lookingIn: Set<String> = [], partitionsLeft: UInt64 = 0, counts: RecordCounts = RecordCounts(),
        commits: UInt64 = 0,
        elapsed: Duration = .zero, isComplete: Bool = false
    ) {
        self.partitionName = partitionName
        self.bytesRead = bytesRead
        self.bytesTotal = bytesTotal
        self.partitionsRead = partitionsRead
        self.partitionsTotal = partitionsTotal
        self.lookingIn = lookingIn
        self.partitionsLeft = partitionsLeft
        self.counts = counts
        self.commits = commits
        self.elapsed = elapsed
        self.isComplete = isComplete
    }

    /// How long the rest will take at the speed so far, a day at most; `nil` where nobody knows: a run that follows its sources, one
    /// that has read nothing, or all that it was told of. A stream's bytes stand for more than themselves, and files grow.
    public var timeLeft: Duration? {
        guard let bytesTotal, lookingIn.isEmpty, bytesRead > 0, bytesRead < bytesTotal else { return nil }
        let seconds = elapsed / .seconds(1) * (Double(bytesTotal - bytesRead) / Double(bytesRead))
        return .seconds(min(86_400, seconds))
    }

    /// Takes in what was found to be read.
    mutating func expect(_ news: SourceNews, in source: String) {
        var bytes = bytesTotal ?? 0
        for lag in news.found {
            bytes = bytes.addingReportingOverflow(lag.unreadBytes).overflow ? .max : bytes + lag.unreadBytes
        }
        for lag in news.dropped { bytes -= min(bytes, lag.unreadBytes) }
        bytesTotal = bytes
        let count = (partitionsTotal ?? 0) + UInt64(news.found.count)
        partitionsTotal = count - min(count, UInt64(news.dropped.count))
        if news.isLooking { lookingIn.insert(source) } else { lookingIn.remove(source) }
    }

    /// Takes a partition out of what there is to read.
    mutating func leavePartition(of bytes: UInt64) {
        // One without anything to read, or that came after the start, is not in the totals.
        if bytes == 0 { return }
        partitionsLeft += 1
        bytesTotal = bytesTotal.map { $0 - min($0, bytes) }
        partitionsTotal = partitionsTotal.map { $0 - min($0, 1) }
    }
}
