import UsageModel

/// Batches that go through a lane together, in the order of the source: their digests are worked out side by side.
struct BatchGroup {
    /// How many bytes a group has, if its last batch is not larger than what is left; so many are in memory for each lane.
    private static let bytes = 4 << 20

    private var batches: [RecordBatch] = []
    private var bytes = 0

    var isEmpty: Bool { batches.isEmpty }
    /// Whether it is time to decode them.
    var isFull: Bool { batches.count == DigestLanes.count || bytes >= BatchGroup.bytes }

    mutating func add(_ batch: RecordBatch) {
        batches.append(batch)
        bytes += batch.contentCount
    }

    mutating func take() -> [RecordBatch] {
        defer {
            batches = []
            bytes = 0
        }
        return batches
    }
}
