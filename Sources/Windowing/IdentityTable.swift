import CPrefetch
public import UsageModel

/// Identities of accepted events in memory: the events in the order in which they came, and a table that finds them.
///
/// An event is written once, behind the one before; what moves when the table grows is a word for each. They lie in chunks,
/// so that those of a table that was let go of become the next one's one after the other. The table is open
/// addressing with linear probing, and a slot is one word of 32 bits: the number of an event, and above it as many bits of
/// its digest as there is room for. So a search reads one line of memory, and an event only where it is likely to be the
/// one. An identity is a keyed digest: its bits are evenly spread already, and nobody can choose them to collide.
///
/// An event has 32 bytes and a slot 4, of which an eighth to a half are taken: 40 to 64 bytes an event. The same identity
/// may be there at several hours, once at each.
public struct IdentityTable: Sendable {
    /// How many events ahead slots are fetched when it grows.
    private static let distance = 16
    /// A chunk's events as a power of two: 1 MiB, which comes out of what was freed before.
    private static let chunkBits = 15

    /// The chunks that are full, and the one behind them: the events in the order in which they came.
    private var full: [[EventIdentity]] = []
    private var last: [EventIdentity] = []
    /// 0 in a slot that is free; otherwise, in the lower bits, one more than the number of an event.
    private var slots: [UInt32]
    /// How many slots there are, as a power of two; also the bits of a slot that hold a number.
    private var bits: UInt64

    /// An empty table with room for that many events before it grows.
    init(minimumCapacity: Int = 0) {
        bits = 10
        while 1 << bits < minimumCapacity * 2 { bits += 1 }
        slots = LargePages.zeros(1 << bits)
    }

    /// How many events it holds.
    public var count: Int { full.count &<< IdentityTable.chunkBits &+ last.count }

    /// All its events, to be read by hour and identity. They are not copied. O(events).
    public var sorted: SortedIdentities { SortedIdentities(full + [last]) }

    /// Bytes of memory.
    var estimatedBytes: Int {
        count * MemoryLayout<EventIdentity>.stride + slots.count * MemoryLayout<UInt32>.stride
    }

    /// Fetches what the search for an identity reads first, so that it is in the cache when the search comes.
    @inline(__always)
    func prefetch(_ identity: Digest128) {
        // Fetching does no harm anywhere.
        unsafe slots.withUnsafeBufferPointer { unsafe prefetch_line($0.baseAddress?.advanced(by: home(of: identity))) }
    }

    /// What it knows of the event.
    @inline(__always)
    func match(_ event: EventIdentity, firstHour: Int32) -> IdentityMatch {
        find(event, firstHour: firstHour).match
    }

    /// What it knows of the event together with what is known elsewhere; takes the event in if that is nothing.
    @inline(__always)
    mutating func admit(_ event: EventIdentity, firstHour: Int32, known: IdentityMatch) -> IdentityMatch {
        if count &* 2 >= slots.count { grow() }
        let (slot, found) = find(event, firstHour: firstHour)
        let match = max(found, known)
        if match == .none {
            append(event)
            slots[slot] = mark(of: event.identity) | UInt32(truncatingIfNeeded: count)
        }
        return match
    }

    private subscript(number: Int) -> EventIdentity {
        let (chunk, place) = (number >> IdentityTable.chunkBits, number & (1 << IdentityTable.chunkBits - 1))
        return chunk < full.count ? full[chunk][place] : last[place]
    }

    @inline(__always)
    private mutating func append(_ event: EventIdentity) {
        if last.count == 1 << IdentityTable.chunkBits { beginChunk() }
        last.append(event)
    }

    @inline(never)
    private mutating func beginChunk() {
        full.append(last)
        last = []
        last.reserveCapacity(1 << IdentityTable.chunkBits)
    }

    /// What is known of the event, and the free slot where it belongs. A match at its own hour ends the search.
    @inline(__always)
    private func find(_ event: EventIdentity, firstHour: Int32) -> (slot: Int, match: IdentityMatch) {
        let slots = slots.span
        let last = slots.count &- 1
        let numbers = UInt32(truncatingIfNeeded: last)
        let mark = mark(of: event.identity)
        var slot = home(of: event.identity)
        var match = IdentityMatch.none
        while true {
            let word = slots[slot]
            if word == 0 { return (slot, match) }
            if word & ~numbers == mark {
                let number = Int(word & numbers) - 1
                let known = IdentityTable.compare(event, with: self[number], firstHour: firstHour)
                if known == .duplicate || known == .conflict { return (slot, known) }
                match = max(match, known)
            }
            slot = (slot &+ 1) & last
        }
    }

    /// What an event says of another: nothing when it has another identity, or an hour that does not count.
    @inline(__always)
    private static func compare(
        _ event: EventIdentity, with known: EventIdentity, firstHour: Int32
    ) -> IdentityMatch {
        guard known.identity == event.identity, known.hour == event.hour || known.hour >= firstHour else {
            return .none
        }
        let isSame = known.content == event.content
        if known.hour == event.hour { return isSame ? .duplicate : .conflict }
        return isSame ? .duplicateElsewhere : .conflictElsewhere
    }

    /// Where the search for an identity begins.
    @inline(__always)
    private func home(of identity: Digest128) -> Int {
        Int(truncatingIfNeeded: identity.high &>> (64 &- bits))
    }

    /// Bits that did not choose the slot, where a slot has no number.
    @inline(__always)
    private func mark(of identity: Digest128) -> UInt32 {
        UInt32(truncatingIfNeeded: identity.low &>> 32) & (UInt32.max &<< UInt32(truncatingIfNeeded: bits))
    }

    /// Makes four times as many slots, which takes one pass over the events: so each is placed but once more, or nearly so.
    @inline(never)
    private mutating func grow() {
        bits += 2
        precondition(bits < 32, "a slot has room for the number of an event")
        slots = LargePages.zeros(1 << bits)
        for number in 0..<count {
            let ahead = number + IdentityTable.distance
            if ahead < count { prefetch(self[ahead].identity) }
            let identity = self[number].identity
            var slot = home(of: identity)
            while slots[slot] != 0 { slot = (slot &+ 1) & (slots.count &- 1) }
            slots[slot] = mark(of: identity) | UInt32(truncatingIfNeeded: number &+ 1)
        }
    }
}
