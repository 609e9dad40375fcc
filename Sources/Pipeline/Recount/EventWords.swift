import UsageModel

/// A set of events in 8 bytes each: 64 bits that are mixed of identity, content and hour.
///
/// Of a billion events, one that is none of them is taken for one with a probability of 5·10⁻¹¹.
struct EventWords: Sendable {
    private static let bucketCount = 1 << 12
    /// By their first bits, each sorted once all are in.
    private var buckets = [[UInt64]](repeating: [], count: bucketCount)
    private(set) var count = 0

    mutating func insert(_ event: EventIdentity) {
        let word = EventWords.word(event)
        buckets[Int(word >> 52)].append(word)
        count += 1
    }

    /// Makes it ready to be asked. O(n log n).
    mutating func sort() {
        for bucket in buckets.indices { buckets[bucket].sort() }
    }

    /// O(log n).
    func contains(_ event: EventIdentity) -> Bool {
        let word = EventWords.word(event)
        let bucket = buckets[Int(word >> 52)]
        var (low, high) = (0, bucket.count)
        while low < high {
            let middle = (low + high) / 2
            if bucket[middle] < word { low = middle + 1 } else { high = middle }
        }
        return low < bucket.count && bucket[low] == word
    }

    /// SplitMix64's finalizer (https://doi.org/10.1145/2714064.2660195) over all of it.
    private static func word(_ event: EventIdentity) -> UInt64 {
        var mixed = event.identity.low
        for next in [event.identity.high, event.content, UInt64(bitPattern: Int64(event.hour))] {
            mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            mixed = (mixed ^ mixed >> 31) &+ next
        }
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        return mixed ^ mixed >> 31
    }
}
