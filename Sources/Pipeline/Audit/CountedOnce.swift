import Ledger
import UsageModel

/// What a ledger's commits say of which events count, taken together: that none of them counts twice, and that a record that was
/// refused as a repeat is the repeat of one that counts.
///
/// It knows an event by 64 of the 128 bits of its identity, 8 bytes each, so that what looks wrong is looked at again with all
/// of them. A ledger of more events than there is memory for is gone through in parts, by the events' identities.
struct CountedOnce: Sendable {
    /// Events that are held at once, in half a gigabyte.
    static let capacity: UInt64 = 1 << 26

    private static let bucketCount = 256
    private let part: UInt64
    private let parts: UInt64
    private var buckets = [[UInt64]](repeating: [], count: bucketCount)

    /// Of one part of all events.
    init(part: UInt64 = 0, of parts: UInt64) {
        self.part = part
        self.parts = parts
    }

    /// How many parts a ledger of so many events is gone through in.
    static func parts(events: UInt64, capacity: UInt64 = capacity) -> UInt64 { events / capacity + 1 }

    /// Takes in the events that a commit counts. O(events).
    mutating func take(_ events: [EventIdentity]) {
        for event in events {
            let word = event.identity.low
            if parts > 1, word >> 32 % parts != part { continue }
            buckets[Int(word >> 56)].append(word)
        }
    }

    /// What looks wrong, when all commits were taken in.
    /// - Parameter refused: identities of records that were refused as repeats, of all parts.
    /// - Returns: words that more than one event has, and those of `refused` that none has.
    /// - Complexity: O(events).
    consuming func findings(refused: some Sequence<UInt64>) -> (twice: Set<UInt64>, uncounted: Set<UInt64>) {
        var wanted = [[UInt64]](repeating: [], count: Self.bucketCount)
        for word in refused where word >> 32 % parts == part { wanted[Int(word >> 56)].append(word) }
        var (twice, uncounted): (Set<UInt64>, Set<UInt64>) = ([], [])
        // One bucket's fit the second-level cache.
        var counted = WordSet()
        for index in 0..<Self.bucketCount {
            var words: [UInt64] = []
            swap(&words, &buckets[index])
            counted.begin(words.count)
            for word in words where !counted.insert(word) { twice.insert(word) }
            for word in wanted[index] where !counted.contains(word) { uncounted.insert(word) }
        }
        return (twice, uncounted)
    }
}

/// Finds which commits count the same event, among those that look as if some did.
struct CountedTwice {
    /// The events of some words, with the commits that count them.
    private var commits: [Event: [UInt64]] = [:]
    private let words: Set<UInt64>

    /// An event is the same one in its own hour only: ids may come again later than the horizon.
    private struct Event: Hashable {
        var identity: Digest128
        var hour: Int32
    }

    init(words: Set<UInt64>) {
        self.words = words
    }

    mutating func take(_ frame: CommittedFrame) {
        for event in frame.commit.identities where words.contains(event.identity.low) {
            commits[Event(identity: event.identity, hour: event.hour), default: []].append(frame.seq)
        }
    }

    /// For each pair of commits that counts events twice, how many.
    var pairs: [(first: UInt64, second: UInt64, events: Int)] {
        var pairs: [[UInt64]: Int] = [:]
        for seqs in commits.values where seqs.count > 1 {
            for next in seqs.dropFirst() { pairs[[seqs[0], next], default: 0] += 1 }
        }
        return pairs.map { ($0.key[0], $0.key[1], $0.value) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    }
}
