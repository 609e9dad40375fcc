import UsageModel

/// How much is left to read of each partition that had something to read at the start.
struct PartitionProgress {
    private var rest: [PartitionKey: UInt64] = [:]

    mutating func expect(_ lags: [PartitionLag]) {
        for lag in lags { rest[PartitionKey(lag.state.partition)] = lag.unreadBytes }
    }

    mutating func drop(_ partitions: [Partition]) {
        for partition in partitions { rest[PartitionKey(partition)] = nil }
    }

    /// - Returns: the bytes of the source that a batch stands for, and whether an expected partition ends with it. The last
    ///   batch stands for all the rest: a decompressor need not have looked at the last bytes of its file yet.
    mutating func take(_ batch: RecordBatch) -> (bytes: UInt64, isLast: Bool) {
        let key = PartitionKey(batch.partition)
        guard let left = rest[key] else { return (batch.storedBytes, false) }
        rest[key] = batch.reachesEnd ? nil : left - min(left, batch.storedBytes)
        return (batch.reachesEnd ? max(left, batch.storedBytes) : batch.storedBytes, batch.reachesEnd)
    }
}
