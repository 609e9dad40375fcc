/// A table from byte strings to small numbers: open addressing over raw bytes, no object and no copy for a lookup.
///
/// It interns what records say (subjects, series): the number is usually an index into the caller's own columns. The
/// order of its slots is random and means nothing.
public struct ByteTable: Sendable {
    @frozen @usableFromInline
    struct Slot: Sendable {
        /// The high half of the key's hash; its low bits choose the slot, so that growing needs no key.
        @usableFromInline var tag: UInt32
        @usableFromInline var offset: UInt32
        @usableFromInline var length: UInt32
        /// ``ByteTable/vacant`` in a slot that is free.
        @usableFromInline var value: UInt32

        @inlinable
        init(tag: UInt32, offset: UInt32, length: UInt32, value: UInt32) {
            self.tag = tag
            self.offset = offset
            self.length = length
            self.value = value
        }

        @usableFromInline static let free = Slot(tag: 0, offset: 0, length: 0, value: vacant)
    }

    /// The one value that a key cannot have.
    public static let vacant = UInt32.max

    @usableFromInline let hash = ByteHash()
    @usableFromInline var slots: [Slot]
    /// The bytes of all keys, one after the other in the order they were added. At most 4 GiB.
    public private(set) var keys: [UInt8] = []
    /// How many keys it has.
    public private(set) var count = 0

    /// A table with room for that many keys before it grows.
    public init(minimumCapacity: Int = 0) {
        slots = ByteTable.freeSlots(for: minimumCapacity)
    }

    /// Bytes of memory for the slots and the keys.
    public var estimatedBytes: Int { slots.count * MemoryLayout<Slot>.stride + keys.count }

    /// The value of a key, or ``vacant``. O(length) expected.
    @inlinable
    public func value(of key: RawSpan) -> UInt32 {
        let slots = slots.span
        return slots[slot(of: key, tag: ByteTable.tag(hash(key)), in: slots)].value
    }

    /// The value of a key, added with `new` when it was not there. O(length) amortised.
    @inlinable
    public mutating func value(of key: RawSpan, orAdd new: UInt32) -> UInt32 {
        let tag = ByteTable.tag(hash(key))
        let place = slot(of: key, tag: tag, in: slots.span)
        let known = slots[place].value
        if known != ByteTable.vacant { return known }
        add(key, tag: tag, value: new, at: place)
        return new
    }

    /// Gives every key another value, by its present one.
    public mutating func mapValues(_ transform: (UInt32) -> UInt32) {
        for index in slots.indices where slots[index].value != ByteTable.vacant {
            slots[index].value = transform(slots[index].value)
        }
    }

    /// Forgets every key and keeps the memory.
    public mutating func removeAll() {
        for index in slots.indices { slots[index] = .free }
        keys.removeAll(keepingCapacity: true)
        count = 0
    }

    @inlinable
    static func tag(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 32) }

    /// The slot that holds the key, or the free one where it belongs. There is always a free one.
    @inlinable
    func slot(of key: RawSpan, tag: UInt32, in slots: Span<Slot>) -> Int {
        let mask = slots.count - 1
        var index = Int(tag) & mask
        while true {
            let slot = slots[index]
            if slot.value == ByteTable.vacant { return index }
            if slot.tag == tag, Int(slot.length) == key.byteCount {
                let start = Int(slot.offset)
                if unsafe ByteHash.areEqual(key, keys.span.bytes.extracting(start..<start + Int(slot.length))) {
                    return index
                }
            }
            index = (index + 1) & mask
        }
    }

    @usableFromInline
    mutating func add(_ key: RawSpan, tag: UInt32, value: UInt32, at place: Int) {
        precondition(value != ByteTable.vacant, "the value is the mark of a free slot")
        precondition(keys.count + key.byteCount <= Int(UInt32.max), "the keys of one table are at most 4 GiB")
        slots[place] = Slot(
            tag: tag, offset: UInt32(keys.count), length: UInt32(key.byteCount), value: value)
        unsafe key.withUnsafeBytes { unsafe keys.append(contentsOf: $0) }
        count += 1
        // Beyond 70 % linear probing gets long.
        if count * 10 > slots.count * 7 { grow() }
    }

    private mutating func grow() {
        var larger = [Slot](repeating: .free, count: slots.count * 2)
        let mask = larger.count - 1
        for slot in slots where slot.value != ByteTable.vacant {
            var index = Int(slot.tag) & mask
            while larger[index].value != ByteTable.vacant { index = (index + 1) & mask }
            larger[index] = slot
        }
        slots = larger
    }

    private static func freeSlots(for capacity: Int) -> [Slot] {
        var count = 16
        while count * 7 < capacity * 10 { count *= 2 }
        return [Slot](repeating: .free, count: count)
    }
}
