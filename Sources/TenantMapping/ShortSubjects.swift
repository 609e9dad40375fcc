import UsageModel

/// Finds the values of subjects of at most 16 bytes: these are two words, which stand in the slot itself, so that a lookup is
/// one read of memory and compares words.
///
/// Open addressing with linear probing. Who sends events chooses subjects, so that the secrets are random.
struct ShortSubjects: Sendable {
    /// The bytes of a subject, with zeros behind them.
    struct Key: Sendable, Hashable {
        let first: UInt64
        let second: UInt64
        let length: UInt32

        static let maximumLength = 16

        init(first: UInt64, second: UInt64, length: UInt32) {
            self.first = first
            self.second = second
            self.length = length
        }

        /// The bytes at a place that has 16 bytes, whatever lies behind them.
        @inline(__always)
        init(_ bytes: RawSpan, at offset: Int, length: Int) {
            // Any bits are a valid integer, and the span checks the bounds.
            let first = unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let second = unsafe UInt64(
                littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
            self.first = first & Key.lowest(length)
            self.second = second & Key.lowest(length &- 8)
            self.length = UInt32(truncatingIfNeeded: length)
        }

        /// The lowest bytes of a word, none for less than one and all for more than eight.
        @inline(__always)
        private static func lowest(_ bytes: Int) -> UInt64 {
            // A shift by 64 or more gives 0.
            ~(UInt64.max << UInt64(max(0, bytes) &* 8))
        }
    }

    private struct Slot: Sendable {
        var key: Key
        /// ``ByteTable/vacant`` in a slot that is free.
        var value: UInt32

        /// No subject is empty.
        static let free = Slot(key: Key(first: 0, second: 0, length: 0), value: ByteTable.vacant)
    }

    private var slots: [Slot]
    private let secrets = (one: UInt64.random(in: .min ... .max), other: UInt64.random(in: .min ... .max))

    /// A table for that many subjects, at most two thirds full.
    init(capacity: Int) {
        var count = 16
        while count * 2 < capacity * 3 { count *= 2 }
        slots = [Slot](repeating: .free, count: count)
    }

    /// The value of a subject, or ``ByteTable/vacant``.
    @inline(__always)
    func value(of key: Key) -> UInt32 {
        slots[slot(of: key)].value
    }

    /// Gives a subject its value.
    mutating func add(_ key: Key, value: UInt32) {
        slots[slot(of: key)] = Slot(key: key, value: value)
    }

    /// The slot that has the subject, or the free one where it belongs.
    @inline(__always)
    private func slot(of key: Key) -> Int {
        let slots = slots.span
        let last = slots.count &- 1
        let product = (key.first ^ secrets.one).multipliedFullWidth(
            by: key.second ^ secrets.other ^ UInt64(truncatingIfNeeded: key.length) &<< 56)
        var slot = Int(truncatingIfNeeded: product.high ^ product.low) & last
        while slots[slot].value != ByteTable.vacant, slots[slot].key != key { slot = (slot &+ 1) & last }
        return slot
    }
}
