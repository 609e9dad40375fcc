import UsageModel

/// A shard, as the service tells of it.
struct ListedShard: Sendable, Hashable {
    var id: ByteString
    /// One after a split, two after a merge; they may have aged out.
    var parents: [ByteString] = []
    /// The hash keys of its records.
    var hashes: HashKeyRange = .all
    /// Whether it gets no records any more.
    var isClosed = false
}
