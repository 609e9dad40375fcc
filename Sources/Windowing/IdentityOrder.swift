import UsageModel

/// Puts the events of an hour in the order of their identities.
///
/// These are keyed digests and so evenly spread: the first bits of each say nearly where it belongs, and a few steps back
/// are left to be gone. O(events) for what is spread so.
struct IdentityOrder {
    /// The events as they were.
    private var scratch: [UInt64] = []
    /// As many buckets as events, by the first bits: the place of each one's next event.
    private var places: [UInt32] = []

    /// Sorts `count` events that begin at a word of `words`.
    mutating func sort(_ words: inout [UInt64], from start: Int, count: Int) {
        let width = SortedIdentities.wordsPerEvent
        precondition(count < Int(UInt32.max), "an event's place has 32 bits")
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: words[start..<start + count * width])
        beginBuckets(count)
        for index in stride(from: 0, to: scratch.count, by: width) {
            let bucket = bucket(of: scratch[index])
            let place = start + Int(places[bucket]) * width
            places[bucket] += 1
            words[place] = scratch[index]
            words[place + 1] = scratch[index + 1]
            words[place + 2] = scratch[index + 2]
        }
        IdentityOrder.settle(&words, from: start, to: start + count * width)
    }

    /// Counts the events of each bucket, and says where they begin.
    private mutating func beginBuckets(_ count: Int) {
        places.removeAll(keepingCapacity: true)
        places.append(contentsOf: repeatElement(0, count: count))
        for index in stride(from: 0, to: scratch.count, by: SortedIdentities.wordsPerEvent) {
            places[bucket(of: scratch[index])] += 1
        }
        var next: UInt32 = 0
        for bucket in places.indices {
            let count = places[bucket]
            places[bucket] = next
            next += count
        }
    }

    @inline(__always)
    private func bucket(of high: UInt64) -> Int {
        Int(truncatingIfNeeded: high.multipliedFullWidth(by: UInt64(places.count)).high)
    }

    /// Moves each event that stands behind a greater one to where it belongs.
    private static func settle(_ words: inout [UInt64], from start: Int, to end: Int) {
        let width = SortedIdentities.wordsPerEvent
        for index in stride(from: start + width, to: end, by: width) {
            let identity = Digest128(high: words[index], low: words[index + 1])
            let content = words[index + 2]
            var place = index
            while place > start, identity < Digest128(high: words[place - width], low: words[place - width + 1]) {
                words[place] = words[place - width]
                words[place + 1] = words[place - width + 1]
                words[place + 2] = words[place - width + 2]
                place -= width
            }
            if place == index { continue }
            words[place] = identity.high
            words[place + 1] = identity.low
            words[place + 2] = content
        }
    }
}
