import UsageModel

/// Identities of accepted events in memory: 64 tables, chosen by the digest's first bits, each of which grows by itself, so
/// that growing never needs the memory twice.
///
/// Entries are 29 bytes in tables that are 50 to 75 % full: about 48 bytes an event. A table is nearly in the digests'
/// order, so that it is cheap to sort. The same identity may be there at several hours, once at each.
public struct IdentityTable: Sendable {
    static let shardBits: UInt64 = 6

    private(set) var shards: [IdentityShard]

    /// An empty table with room for that many events before it grows.
    init(minimumCapacity: Int = 0) {
        let shardCount = 1 << Int(IdentityTable.shardBits)
        // Each shard's share with some room, as shares differ, at a load of 75 %.
        let share = minimumCapacity / shardCount
        let capacity = share + share / 2 + 80
        shards = (0..<shardCount).map { _ in IdentityShard(capacity: capacity) }
    }

    /// How many events it holds.
    public var count: Int { shards.reduce(0) { $0 + $1.count } }

    /// Bytes of memory.
    var estimatedBytes: Int { shards.reduce(0) { $0 + $1.bytes } }

    /// Fetches what the search for an identity reads first.
    @inline(__always)
    func touch(_ identity: Digest128) -> UInt8 {
        let (shard, key) = IdentityTable.place(of: identity)
        return shards[shard].touch(key)
    }

    /// What it knows of the event.
    @inline(__always)
    func match(_ event: EventIdentity, firstHour: Int32) -> IdentityMatch {
        let (shard, key) = IdentityTable.place(of: event.identity)
        return shards[shard].match(event, key: key, firstHour: firstHour)
    }

    /// What it knows of the event together with what is known elsewhere; takes the event in if that is nothing.
    @inline(__always)
    mutating func admit(_ event: EventIdentity, firstHour: Int32, known: IdentityMatch) -> IdentityMatch {
        let (shard, key) = IdentityTable.place(of: event.identity)
        return shards[shard].admit(event, key: key, firstHour: firstHour, known: known)
    }

    /// The shard, and the high half of the identity without the bits that chose it.
    @inline(__always)
    private static func place(of identity: Digest128) -> (shard: Int, key: UInt64) {
        (Int(truncatingIfNeeded: identity.high >> (64 - shardBits)), identity.high << shardBits)
    }
}
