import UsageModel

/// A shard that waits for its parents to be read to their end.
struct FoundShard: Sendable {
    var shard: ListedShard
    /// Where it is begun; for one that was read before, how far it was.
    var position: ShardPosition
    var descriptor: ShardDescriptor
    /// Whether it goes on from a committed state.
    var isResumed = false
    var needsPin = false
    /// Whether it was told of, so that it holds the watermark.
    var isTold = false
}
