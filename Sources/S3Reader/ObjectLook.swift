import DequeModule
import UsageModel

/// What was read of an object of which it is not known yet whether it is wanted.
struct ObjectLook: Sendable {
    private(set) var batches: Deque<RecordBatch> = []
    /// Whether there was too much of it to hold.
    private(set) var hasLetGo = false
    private var bytes = 0
    private let maximumBytes: Int

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    mutating func append(_ batch: RecordBatch) {
        bytes += batch.contentCount
        if bytes > maximumBytes { (hasLetGo, batches) = (true, []) }
        if !hasLetGo { batches.append(batch) }
    }
}
