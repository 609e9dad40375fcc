public import UsageModel

/// The exact set of accepted events, by who they are.
///
/// The first in row order wins. A second with the same identity is a duplicate when its content is the same too, and a
/// conflict otherwise; as the first one's content stays, a conflict that is sent again is a conflict again.
///
/// Entries are 28 bytes in tables that are 56 to 75 % full: about 43 bytes an event. There are 64 tables, chosen by the
/// digest's first bits, and each grows by itself, so growing never needs the memory twice. An entry holds its event's hour,
/// and a table is nearly in the digests' order, so that an hour can be taken out as a sorted run.
public struct Deduplicator: Sendable {
    static let shardBits: UInt64 = 6
    /// How many rows' entries are fetched together: memory answers several reads in the time of one.
    private static let groupSize = 16

    private var shards: [IdentityShard]
    /// How many events it holds.
    public private(set) var count = 0
    /// Keeps the reads that fetch entries from being optimised away.
    private var touched: UInt32 = 0

    /// An empty set with room for that many events before it grows.
    public init(minimumCapacity: Int = 0) {
        let shardCount = 1 << Int(Deduplicator.shardBits)
        // Each shard's share with some room, as shares differ, at a load of 75 %.
        let share = minimumCapacity / shardCount
        let capacity = share + share / 2 + 80
        shards = (0..<shardCount).map { _ in IdentityShard(capacity: capacity) }
    }

    /// Bytes of memory.
    public var estimatedBytes: Int { shards.reduce(0) { $0 + $1.bytes } }

    /// Takes in each row that is the first with its identity, in the order of the rows. O(rows).
    public mutating func admit(_ batch: AttributedBatch) -> Admission {
        let identity = batch.events.identity.span
        let content = batch.events.content.span
        let time = batch.events.time.span
        let tenant = batch.tenant.span
        var counts = RecordCounts(rejected: UInt64(batch.events.rejections.count))
        var outcomes = [Admission.Outcome](repeating: .accepted, count: batch.events.count)
        var start = 0
        while start < outcomes.count {
            let end = min(start + Deduplicator.groupSize, outcomes.count)
            for row in start..<end { touch(identity[row]) }
            for row in start..<end {
                let event = EventIdentity(identity: identity[row], content: content[row], hour: time[row].hour)
                let outcome = admit(event)
                switch outcome {
                case .accepted:
                    counts.accepted += 1
                    if tenant[row] == AttributedBatch.unmapped { counts.unmapped += 1 }
                case .duplicate: counts.duplicates += 1
                case .conflict: counts.conflicts += 1
                }
                outcomes[row] = outcome
            }
            start = end
        }
        count += Int(counts.accepted)
        return Admission(outcomes: outcomes, counts: counts)
    }

    /// Puts an event in that the ledger says was accepted; one that is there already stays as it is.
    public mutating func insert(_ identity: EventIdentity) {
        if admit(identity) == .accepted { count += 1 }
    }

    /// Puts in what the ledger says was accepted, faster than one at a time.
    public mutating func insert(_ identities: [EventIdentity]) {
        var start = 0
        while start < identities.count {
            let end = min(start + Deduplicator.groupSize, identities.count)
            for index in start..<end { touch(identities[index].identity) }
            for index in start..<end { insert(identities[index]) }
            start = end
        }
    }

    @inline(__always)
    private mutating func touch(_ identity: Digest128) {
        let shard = Int(truncatingIfNeeded: identity.high >> (64 - Deduplicator.shardBits))
        touched &+= shards[shard].touch(identity.high << Deduplicator.shardBits)
    }

    @inline(__always)
    private mutating func admit(_ event: EventIdentity) -> Admission.Outcome {
        let shard = Int(truncatingIfNeeded: event.identity.high >> (64 - Deduplicator.shardBits))
        return shards[shard].admit(event, key: event.identity.high << Deduplicator.shardBits)
    }
}
