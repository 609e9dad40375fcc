/// Finds what belongs to a tenant, its dimensions and a window of a series, all three as numbers: open addressing, so that a
/// lookup is one read of memory.
struct CellTable: Sendable {
    struct Key: Sendable, Hashable {
        var tenant: UInt32
        var dimensions: UInt32
        /// The window of a series.
        var window: UInt32
    }

    private struct Slot: Sendable {
        var key: Key
        /// ``CellTable/vacant`` in a slot that is free.
        var value: UInt32
    }

    private static let vacant = UInt32.max
    private static let free = Slot(key: Key(tenant: 0, dimensions: 0, window: 0), value: vacant)

    private var slots = [Slot](repeating: free, count: 1_024)
    private var count = 0
    /// Tenants choose their subjects and dimensions, and with them the numbers, so that the order of slots is kept from them.
    private let secrets = (one: UInt64.random(in: .min ... .max), other: UInt64.random(in: .min ... .max))

    var estimatedBytes: Int { slots.count * MemoryLayout<Slot>.stride }

    /// The value of a key, added with `new` when it was not there.
    @inline(__always)
    mutating func value(of key: Key, orAdd new: UInt32) -> UInt32 {
        let mask = slots.count &- 1
        var index = home(of: key) & mask
        while true {
            let slot = slots[index]
            if slot.value == CellTable.vacant { break }
            if slot.key == key { return slot.value }
            index = (index &+ 1) & mask
        }
        add(key, new, at: index)
        return new
    }

    /// Gives a key that is there another value.
    mutating func replace(_ key: Key, by value: UInt32) {
        let mask = slots.count - 1
        var index = home(of: key) & mask
        while slots[index].key != key || slots[index].value == CellTable.vacant { index = (index + 1) & mask }
        slots[index].value = value
    }

    /// Forgets all keys and keeps the memory.
    mutating func removeAll() {
        for index in slots.indices { slots[index] = CellTable.free }
        count = 0
    }

    @inline(__always)
    private func home(of key: Key) -> Int {
        let one = UInt64(key.dimensions) << 32 | UInt64(key.tenant)
        // An even factor would take the lowest bits of the product away, which choose the slot.
        let other = (UInt64(key.window) << 1 ^ secrets.other) | 1
        let product = (one ^ secrets.one).multipliedFullWidth(by: other)
        return Int(truncatingIfNeeded: product.high ^ product.low)
    }

    private mutating func add(_ key: Key, _ value: UInt32, at place: Int) {
        precondition(value != CellTable.vacant, "the value is the mark of a free slot")
        slots[place] = Slot(key: key, value: value)
        count += 1
        // Beyond half, linear probing reads more than one line of memory.
        if count * 2 > slots.count { grow() }
    }

    private mutating func grow() {
        var larger = [Slot](repeating: CellTable.free, count: slots.count * 2)
        let mask = larger.count - 1
        for slot in slots where slot.value != CellTable.vacant {
            var index = home(of: slot.key) & mask
            while larger[index].value != CellTable.vacant { index = (index + 1) & mask }
            larger[index] = slot
        }
        slots = larger
    }
}
