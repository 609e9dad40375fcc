public import UsageModel

/// How far event time has come in all partitions together: windows close by it.
///
/// - A partition's own mark is the latest time among the events it delivered.
/// - The watermark is the least mark of the active partitions. A partition is active while it has more to read, and idle
///   when its last batch reached its end (`RecordBatch.reachesEnd`): an idle one holds nobody up.
/// - When all are idle it is the greatest mark of all: everything there was has been seen.
/// - An active partition that has not delivered an event holds the watermark where it is.
/// - It never goes back, also across restarts: it begins at the one of the last commit. What then comes late is a correction.
///
/// The choice favours numbers that close: a file that nobody writes to any more does not hold a window open, at the
/// price that a partition which wakes up with old events makes corrections. There is no clock in it, so a replay in the
/// same order comes to the same watermark.
public struct WatermarkTracker: Sendable {
    private struct Key: Hashable {
        var source: ByteString
        var id: ByteString
    }

    private struct Progress {
        var latest: Timestamp?
        var isIdle: Bool
    }

    private var partitions: [Key: Progress] = [:]
    /// The greatest mark there ever was.
    private var greatest: Timestamp?
    /// The watermark; `nil` before there is one.
    public private(set) var watermark: Timestamp?

    /// - Parameter watermark: the one of the ledger's last commit.
    public init(restoring watermark: Timestamp? = nil) {
        self.watermark = watermark
    }

    /// Says that a partition is there and has something to read: it holds the watermark until its first batch.
    public mutating func open(_ partition: Partition) {
        partitions[WatermarkTracker.key(partition), default: Progress(latest: nil, isIdle: false)].isIdle = false
    }

    /// Takes a batch's times in. O(rows + partitions), once a batch.
    public mutating func observe(_ events: EventBatch) {
        var latest: Timestamp?
        for time in events.time where latest.map({ $0 < time }) ?? true { latest = time }
        let key = WatermarkTracker.key(events.records.partition)
        let known = partitions[key]?.latest
        partitions[key] = Progress(
            latest: [known, latest].compactMap { $0 }.max(), isIdle: events.records.reachesEnd)
        greatest = [greatest, latest].compactMap { $0 }.max()
        advance()
    }

    /// Forgets a partition that will deliver nothing more.
    public mutating func close(_ partition: Partition) {
        partitions[WatermarkTracker.key(partition)] = nil
        advance()
    }

    private mutating func advance() {
        let active = partitions.values.filter { !$0.isIdle }
        let next: Timestamp?
        if active.isEmpty {
            next = greatest
        } else if active.contains(where: { $0.latest == nil }) {
            return
        } else {
            next = active.compactMap(\.latest).min()
        }
        guard let next else { return }
        watermark = watermark.map { max($0, next) } ?? next
    }

    private static func key(_ partition: Partition) -> Key {
        Key(source: ByteString(partition.source), id: partition.id)
    }
}
