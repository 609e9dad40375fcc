import UsageModel

/// One part of the identities: open addressing with linear probing over entries of 28 bytes.
///
/// An identity is a keyed digest, so its bits are evenly spread already and nobody can choose them to collide. The place
/// grows with the digest, so the table is nearly in the digest's order: it grows by one pass over memory. A byte of the
/// digest stands for each entry, so that a search looks at eight entries in one word, and at an entry only where it is
/// likely to be the one (as Abseil's "Swiss tables" do, https://abseil.io/about/design/swisstables).
struct IdentityShard: Sendable {
    /// The words of an entry: high and low half of the digest, content (each two, little-endian first), hour.
    private static let wordsPerEntry = 7
    private static let bytesPerEntry = 28
    private static let hourOffset = 24
    private static let tagsPerWord = 8

    private var words: [UInt32]
    /// A byte for each entry, 0 for a free one, and the first eight again at the end, so that a word can be read anywhere.
    private var tags: [UInt8]
    private(set) var capacity: Int
    private(set) var count = 0
    /// At most 75 % full: beyond it a search that finds nothing takes many steps.
    private var limit: Int

    init(capacity: Int) {
        precondition(capacity >= IdentityShard.tagsPerWord, "the first tags are there twice")
        words = [UInt32](repeating: 0, count: capacity * IdentityShard.wordsPerEntry)
        tags = [UInt8](repeating: 0, count: capacity + IdentityShard.tagsPerWord)
        self.capacity = capacity
        limit = capacity / 4 * 3
    }

    var bytes: Int { words.count * MemoryLayout<UInt32>.stride + tags.count }

    /// Reads the word where the key's search would begin, so that it is in the cache when the search comes.
    @inline(__always)
    func touch(_ key: UInt64) -> UInt8 {
        tags[home(of: key)]
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
        let bytes = unsafe tags.span.bytes
        let entries = unsafe words.span.bytes
        let pattern = UInt64(IdentityShard.tag(of: event.identity)) &* 0x0101_0101_0101_0101
        var index = home(of: key)
        var match = IdentityMatch.none
        while true {
            // Any bits are a valid integer, and the span checks the bounds.
            let word = unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            let free = IdentityShard.zeros(in: word)
            // Of a search's entries those before the first free one count.
            var hits = IdentityShard.zeros(in: word ^ pattern) & ((free & (0 &- free)) &- 1)
            while hits != 0 {
                let place = wrapped(index &+ hits.trailingZeroBitCount &>> 3)
                let known = IdentityShard.compare(event, with: entries, at: place, firstHour: firstHour)
                if known == .duplicate || known == .conflict { return (place, known) }
                match = max(match, known)
                hits &= hits &- 1
            }
            if free != 0 { return (wrapped(index &+ free.trailingZeroBitCount &>> 3), match) }
            index = wrapped(index &+ IdentityShard.tagsPerWord)
        }
    }

    /// What an entry says of the event: nothing when it is another's, or of an hour that does not count.
    @inline(__always)
    private static func compare(
        _ event: EventIdentity, with entries: RawSpan, at index: Int, firstHour: Int32
    ) -> IdentityMatch {
        let place = index * IdentityShard.bytesPerEntry
        let hour = unsafe entries.unsafeLoadUnaligned(
            fromByteOffset: place + IdentityShard.hourOffset, as: UInt32.self)
        let high = unsafe entries.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
        let low = unsafe entries.unsafeLoadUnaligned(fromByteOffset: place + 8, as: UInt64.self)
        let own = IdentityShard.encoded(hour: event.hour)
        guard high == event.identity.high, low == event.identity.low,
            hour == own || hour >= IdentityShard.encoded(hour: firstHour)
        else { return .none }
        let isSame = unsafe entries.unsafeLoadUnaligned(fromByteOffset: place + 16, as: UInt64.self) == event.content
        if hour == own { return isSame ? .duplicate : .conflict }
        return isSame ? .duplicateElsewhere : .conflictElsewhere
    }

    /// The highest bit of each byte that is 0, and perhaps of some above the first of them.
    @inline(__always)
    private static func zeros(in word: UInt64) -> UInt64 {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    }

    /// Bits that did not choose the place; never 0, which marks a free entry.
    @inline(__always)
    private static func tag(of identity: Digest128) -> UInt8 {
        max(1, UInt8(truncatingIfNeeded: identity.low))
    }

    @inline(__always)
    private func wrapped(_ index: Int) -> Int {
        index >= capacity ? index &- capacity : index
    }

    @inline(__always)
    private mutating func mark(_ index: Int, _ tag: UInt8) {
        tags[index] = tag
        if index < IdentityShard.tagsPerWord { tags[capacity &+ index] = tag }
    }

    /// The first entry that is free; there is always one.
    var firstFree: Int {
        (0..<capacity).first { tags[$0] == 0 } ?? capacity
    }

    /// Gives the entries that are not free in a range of the table, in its order.
    @inline(__always)
    func forEachEntry(in range: Range<Int>, _ body: (EventIdentity) -> Void) {
        let words = words.span
        let tags = tags.span
        for index in range {
            let first = index * IdentityShard.wordsPerEntry
            let hour = words[first + 6]
            if tags[index] == 0 { continue }
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
        mark(index, IdentityShard.tag(of: event.identity))
        let first = index * IdentityShard.wordsPerEntry
        words[first + 6] = IdentityShard.encoded(hour: event.hour)
        words[first] = UInt32(truncatingIfNeeded: event.identity.high)
        words[first + 1] = UInt32(truncatingIfNeeded: event.identity.high >> 32)
        words[first + 2] = UInt32(truncatingIfNeeded: event.identity.low)
        words[first + 3] = UInt32(truncatingIfNeeded: event.identity.low >> 32)
        words[first + 4] = UInt32(truncatingIfNeeded: event.content)
        words[first + 5] = UInt32(truncatingIfNeeded: event.content >> 32)
    }

    /// In the order of the hours.
    @inline(__always)
    private static func encoded(hour: Int32) -> UInt32 {
        UInt32(bitPattern: hour) ^ 0x8000_0000
    }

    private mutating func grow() {
        // Twice at first, for moving costs a pass; then half more, for what is not used is memory.
        var larger = IdentityShard(capacity: capacity < 1 << 12 ? capacity * 2 : capacity + capacity / 2)
        larger.moveIn(words.span, tags.span)
        larger.count = count
        self = larger
    }

    /// Copies all entries of another table into this one, which is empty and larger.
    private mutating func moveIn(_ entries: Span<UInt32>, _ marks: Span<UInt8>) {
        for number in 0..<marks.count - IdentityShard.tagsPerWord where marks[number] != 0 {
            let first = number * IdentityShard.wordsPerEntry
            let key = (UInt64(entries[first + 1]) << 32 | UInt64(entries[first])) << IdentityTable.shardBits
            var index = Int(truncatingIfNeeded: key.multipliedFullWidth(by: UInt64(capacity)).high)
            while tags[index] != 0 {
                index += 1
                if index == capacity { index = 0 }
            }
            mark(index, marks[number])
            let place = index * IdentityShard.wordsPerEntry
            for word in 0..<IdentityShard.wordsPerEntry { words[place + word] = entries[first + word] }
        }
    }
}
