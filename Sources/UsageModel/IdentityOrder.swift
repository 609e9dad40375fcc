/// Puts the events of an hour in the order of their identities.
///
/// These are keyed digests and so evenly spread: the first bits of each say nearly where it belongs, and a few steps back
/// are left to be gone. O(events) for what is spread so.
struct IdentityOrder {
    /// The words of the events that were sorted last, and behind them what is left of others.
    private(set) var words: [UInt64] = []
    /// As many buckets as events, by the first bits: the place of each one's next event.
    private var places: [UInt32] = []

    /// Sorts the `count` events of some pieces.
    mutating func sort(_ chunks: [[EventIdentity]], _ pieces: ArraySlice<SortedIdentities.Piece>, count: Int) {
        let width = SortedIdentities.wordsPerEvent
        beginBuckets(chunks, pieces, count)
        // Not cleared: all that is asked for is written anew.
        if words.count < count * width { words = [UInt64](repeating: 0, count: count * width) }
        IdentityOrder.spread(chunks, pieces, among: count, to: &words, at: &places)
        IdentityOrder.settle(&words, count: count)
    }

    /// Puts the events of each bucket one behind the other.
    private static func spread(
        _ chunks: [[EventIdentity]], _ pieces: ArraySlice<SortedIdentities.Piece>, among count: Int,
        to words: inout [UInt64], at places: inout [UInt32]
    ) {
        let width = SortedIdentities.wordsPerEvent
        var words = words.mutableSpan
        var places = places.mutableSpan
        for piece in pieces {
            let events = chunks[Int(piece.chunk)]
            for index in piece.places {
                let event = events[index]
                let bucket = IdentityOrder.bucket(of: event.identity.high, among: count)
                let place = Int(places[bucket]) &* width
                places[bucket] &+= 1
                words[place] = event.identity.high
                words[place &+ 1] = event.identity.low
                words[place &+ 2] = event.content
            }
        }
    }

    /// Counts the events of each bucket, and says where they begin.
    private mutating func beginBuckets(
        _ chunks: [[EventIdentity]], _ pieces: ArraySlice<SortedIdentities.Piece>, _ count: Int
    ) {
        places.removeAll(keepingCapacity: true)
        places.append(contentsOf: repeatElement(0, count: count))
        var places = places.mutableSpan
        for piece in pieces {
            let events = chunks[Int(piece.chunk)]
            for index in piece.places {
                places[IdentityOrder.bucket(of: events[index].identity.high, among: count)] &+= 1
            }
        }
        var next: UInt32 = 0
        for bucket in 0..<count {
            let held = places[bucket]
            places[bucket] = next
            next &+= held
        }
    }

    @inline(__always)
    private static func bucket(of high: UInt64, among count: Int) -> Int {
        Int(truncatingIfNeeded: high.multipliedFullWidth(by: UInt64(truncatingIfNeeded: count)).high)
    }

    /// Moves each event that stands behind a greater one to where it belongs.
    private static func settle(_ words: inout [UInt64], count: Int) {
        let width = SortedIdentities.wordsPerEvent
        var words = words.mutableSpan
        for index in stride(from: width, to: count * width, by: width) {
            let identity = Digest128(high: words[index], low: words[index &+ 1])
            if words[index &- width] < identity.high { continue }
            let content = words[index &+ 2]
            var place = index
            while place > 0, identity < Digest128(high: words[place &- width], low: words[place &- width &+ 1]) {
                for word in 0..<width { words[place &+ word] = words[place &- width &+ word] }
                place &-= width
            }
            words[place] = identity.high
            words[place &+ 1] = identity.low
            words[place &+ 2] = content
        }
    }
}
