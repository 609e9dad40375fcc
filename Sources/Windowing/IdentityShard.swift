import UsageModel

/// One part of the identities: open addressing with linear probing over entries of 28 bytes.
///
/// An identity is a keyed digest, so its bits are evenly spread already and nobody can choose them to collide. The place
/// grows with the digest, so the table is nearly in the digest's order: it grows by one pass over memory.
struct IdentityShard: Sendable {
    /// The words of an entry: high and low half of the digest, content (each two, little-endian first), hour.
    private static let wordsPerEntry = 7
    private static let bytesPerEntry = 28
    private static let hourOffset = 24

    private var words: [UInt32]
    private(set) var capacity: Int
    private(set) var count = 0
    /// At most 75 % full: beyond it a search that finds nothing takes many steps.
    private var limit: Int

    init(capacity: Int) {
        words = [UInt32](repeating: 0, count: capacity * IdentityShard.wordsPerEntry)
        self.capacity = capacity
        limit = capacity / 4 * 3
    }

    var bytes: Int { words.count * MemoryLayout<UInt32>.stride }

    /// Reads the entry where the key's search would begin, so that it is in the cache when the search comes.
    @inline(__always)
    func touch(_ key: UInt64) -> UInt32 {
        words[home(of: key) * IdentityShard.wordsPerEntry]
    }

    /// What is known of the event here and elsewhere; takes the event in if that is nothing. `key` is the high half of the
    /// identity without the bits that chose the shard.
    @inline(__always)
    mutating func admit(
        _ event: EventIdentity, key: UInt64, firstHour: Int32, known: IdentityMatch
    ) -> IdentityMatch {
        if count == limit { grow() }
        let (index, found) = find(event, key: key, firstHour: firstHour)
        let match = max(found, known)
        if match == .none {
            write(event, at: index)
            count += 1
        }
        return match
    }

    /// What is known of the event here.
    @inline(__always)
    func match(_ event: EventIdentity, key: UInt64, firstHour: Int32) -> IdentityMatch {
        find(event, key: key, firstHour: firstHour).match
    }

    /// What is known of the event, and the free entry where it belongs. A match at its own hour ends the search.
    @inline(__always)
    private func find(
        _ event: EventIdentity, key: UInt64, firstHour: Int32
    ) -> (index: Int, match: IdentityMatch) {
        let entries = unsafe words.span.bytes
        let own = IdentityShard.encoded(hour: event.hour)
        let first = IdentityShard.encoded(hour: firstHour)
        var index = home(of: key)
        var match = IdentityMatch.none
        while true {
            let place = index * IdentityShard.bytesPerEntry
            // Any bits are a valid integer, and the span checks the bounds.
            let hour = unsafe entries.unsafeLoadUnaligned(
                fromByteOffset: place + IdentityShard.hourOffset, as: UInt32.self)
            if hour == 0 { return (index, match) }
            let high = unsafe entries.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
            if high == event.identity.high {
                let low = unsafe entries.unsafeLoadUnaligned(fromByteOffset: place + 8, as: UInt64.self)
                if low == event.identity.low, hour == own || hour >= first {
                    let content = unsafe entries.unsafeLoadUnaligned(fromByteOffset: place + 16, as: UInt64.self)
                    let isSame = content == event.content
                    if hour == own { return (index, isSame ? .duplicate : .conflict) }
                    match = max(match, isSame ? .duplicateElsewhere : .conflictElsewhere)
                }
            }
            index += 1
            if index == capacity { index = 0 }
        }
    }

    /// The first entry that is free; there is always one.
    var firstFree: Int {
        (0..<capacity).first { words[$0 * IdentityShard.wordsPerEntry + 6] == 0 } ?? capacity
    }

    /// Gives the entries that are not free in a range of the table, in its order.
    @inline(__always)
    func forEachEntry(in range: Range<Int>, _ body: (EventIdentity) -> Void) {
        let words = words.span
        for index in range {
            let first = index * IdentityShard.wordsPerEntry
            let hour = words[first + 6]
            if hour == 0 { continue }
            func word(_ number: Int) -> UInt64 {
                UInt64(words[first + number + 1]) << 32 | UInt64(words[first + number])
            }
            body(
                EventIdentity(
                    identity: Digest128(high: word(0), low: word(2)), content: word(4),
                    hour: Int32(bitPattern: hour ^ 0x8000_0000)))
        }
    }

    /// Where the search for a key begins.
    @inline(__always)
    func home(of key: UInt64) -> Int {
        Int(truncatingIfNeeded: key.multipliedFullWidth(by: UInt64(capacity)).high)
    }

    @inline(__always)
    private mutating func write(_ event: EventIdentity, at index: Int) {
        let first = index * IdentityShard.wordsPerEntry
        words[first + 6] = IdentityShard.encoded(hour: event.hour)
        words[first] = UInt32(truncatingIfNeeded: event.identity.high)
        words[first + 1] = UInt32(truncatingIfNeeded: event.identity.high >> 32)
        words[first + 2] = UInt32(truncatingIfNeeded: event.identity.low)
        words[first + 3] = UInt32(truncatingIfNeeded: event.identity.low >> 32)
        words[first + 4] = UInt32(truncatingIfNeeded: event.content)
        words[first + 5] = UInt32(truncatingIfNeeded: event.content >> 32)
    }

    /// Never 0, which marks a free entry: no hour of a ``Timestamp`` is near the least `Int32`.
    @inline(__always)
    private static func encoded(hour: Int32) -> UInt32 {
        max(1, UInt32(bitPattern: hour) ^ 0x8000_0000)
    }

    private mutating func grow() {
        // A third more: small steps keep the memory near what is used, and moving is one pass in order.
        var larger = IdentityShard(capacity: capacity + max(80, capacity / 3))
        larger.moveIn(words.span)
        larger.count = count
        self = larger
    }

    /// Copies all entries of another table into this one, which is empty and larger.
    private mutating func moveIn(_ entries: Span<UInt32>) {
        let capacity = capacity
        var target = words.mutableSpan
        var first = 0
        while first < entries.count {
            defer { first += IdentityShard.wordsPerEntry }
            if entries[first + 6] == 0 { continue }
            let key = (UInt64(entries[first + 1]) << 32 | UInt64(entries[first])) << IdentityTable.shardBits
            var index = Int(truncatingIfNeeded: key.multipliedFullWidth(by: UInt64(capacity)).high)
            while target[index * IdentityShard.wordsPerEntry + 6] != 0 {
                index += 1
                if index == capacity { index = 0 }
            }
            let place = index * IdentityShard.wordsPerEntry
            for word in 0..<IdentityShard.wordsPerEntry { target[place + word] = entries[first + word] }
        }
    }
}
