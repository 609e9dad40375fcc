import HeapModule
public import UsageModel

/// How far event time has come in all partitions together: windows close by it.
///
/// - A partition's own mark is the latest time among the events it delivered.
/// - The watermark is the least mark of the active partitions. A partition is active while it has more to read, and idle
///   when its last batch reached its end (`RecordBatch.reachesEnd`), or when its source has nothing more to read: an idle
///   one holds nobody up. No time makes one idle, so that being held back by a slow ledger does not either.
/// - When all are idle it is the greatest mark of all: everything there was has been seen.
/// - An active partition that has not delivered an event holds the watermark where it is.
/// - It never goes back, also across restarts: it begins at the one of the last commit. What then comes late is a correction.
///
/// The choice favours numbers that close: a file that nobody writes to any more does not hold a window open, at the
/// price that a partition which wakes up with old events makes corrections. There is no clock in it, so a replay in the
/// same order comes to the same watermark.
public struct WatermarkTracker: Sendable {
    private struct Progress {
        let source: ByteString
        var latest: Timestamp?
        var isActive = false
    }

    /// What an active partition's mark was once. It counts while it is still so.
    private struct Mark: Comparable {
        var time: Timestamp
        var slot: Int

        static func < (left: Mark, right: Mark) -> Bool { left.time < right.time }
    }

    private var slots: [PartitionKey: Int] = [:]
    private var partitions: [Progress] = []
    /// Slots of partitions that will never have anything more.
    private var free: [Int] = []
    /// How many partitions of each source are active, and how many of all have not delivered an event.
    private var active: [ByteString: Int] = [:]
    private var activeCount = 0
    private var silentCount = 0
    /// The marks of the active partitions, and old ones among them.
    private var marks = Heap<Mark>()
    /// The greatest mark there ever was; `nil` before the first event.
    public private(set) var latest: Timestamp?
    /// The watermark; `nil` before there is one.
    public private(set) var watermark: Timestamp?

    /// - Parameters:
    ///   - watermark: the one of the ledger's last commit.
    ///   - latest: the same of ``latest``.
    public init(restoring watermark: Timestamp? = nil, latest: Timestamp? = nil) {
        self.watermark = watermark
        self.latest = latest
    }

    /// Says that a partition is there and has something to read: it holds the watermark until its first batch.
    /// O(log partitions).
    public mutating func open(_ partition: Partition) {
        let slot = slot(of: partition)
        update(slot, latest: partitions[slot].latest, isActive: true)
    }

    /// Takes a batch's times in. O(rows + log partitions), once a batch.
    public mutating func observe(_ events: EventBatch) {
        let last = events.time.max()
        let slot = slot(of: events.records.partition)
        latest = [latest, last].compactMap { $0 }.max()
        update(
            slot, latest: [partitions[slot].latest, last].compactMap { $0 }.max(),
            isActive: !events.records.reachesEnd)
        if events.records.isLast { forget(events.records.partition) }
        advance()
    }

    /// Says that a source has nothing more to read now. Partitions that were thought to have more have gone, or cannot be
    /// read, and must not hold the watermark for ever. O(1) unless there are such partitions.
    public mutating func settle(source: String) {
        let source = ByteString(source)
        guard active[source] ?? 0 > 0 else { return }
        for slot in partitions.indices where partitions[slot].source == source {
            update(slot, latest: partitions[slot].latest, isActive: false)
        }
        advance()
    }

    /// Says that nothing more comes of a partition at present, though its last batch did not say so, or there was none.
    public mutating func drop(_ partition: Partition) {
        forget(partition)
        advance()
    }

    /// Lets go of a partition that will never have anything more, so that memory does not grow with those that were read.
    private mutating func forget(_ partition: Partition) {
        guard let slot = slots.removeValue(forKey: PartitionKey(partition)) else {
            return
        }
        update(slot, latest: nil, isActive: false)
        free.append(slot)
    }

    private mutating func slot(of partition: Partition) -> Int {
        let key = PartitionKey(partition)
        if let slot = slots[key] { return slot }
        if let slot = free.popLast() {
            partitions[slot] = Progress(source: key.source)
            slots[key] = slot
            return slot
        }
        partitions.append(Progress(source: key.source))
        slots[key] = partitions.count - 1
        return partitions.count - 1
    }

    private mutating func update(_ slot: Int, latest: Timestamp?, isActive: Bool) {
        count(partitions[slot], by: -1)
        let isNews = isActive && (latest != partitions[slot].latest || !partitions[slot].isActive)
        partitions[slot].latest = latest
        partitions[slot].isActive = isActive
        count(partitions[slot], by: 1)
        if isNews, let latest { marks.insert(Mark(time: latest, slot: slot)) }
        if marks.count > 2 * activeCount + 64 {
            marks = Heap(
                partitions.indices.compactMap { slot in
                    guard partitions[slot].isActive, let latest = partitions[slot].latest else { return nil }
                    return Mark(time: latest, slot: slot)
                })
        }
    }

    private mutating func count(_ partition: Progress, by step: Int) {
        guard partition.isActive else { return }
        activeCount += step
        active[partition.source, default: 0] += step
        if partition.latest == nil { silentCount += step }
    }

    private mutating func advance() {
        if silentCount > 0 { return }
        while let least = marks.min, !isPresent(least) { marks.removeMin() }
        guard let next = activeCount == 0 ? latest : marks.min?.time else { return }
        watermark = watermark.map { max($0, next) } ?? next
    }

    private func isPresent(_ mark: Mark) -> Bool {
        partitions[mark.slot].isActive && partitions[mark.slot].latest == mark.time
    }
}
