/// A set of words that are evenly spread, such as those of keyed digests: open addressing, at most half full, in memory that
/// is kept from set to set.
struct WordSet {
    /// 0 in a slot that is free.
    private var slots: [UInt64] = []
    private var mask = 0
    private var hasZero = false

    /// Begins anew, with room for that many words. O(count).
    mutating func begin(_ count: Int) {
        var size = 16
        while size < count * 2 { size *= 2 }
        if slots.count < size { slots = [UInt64](repeating: 0, count: size) }
        mask = size - 1
        for slot in 0..<size { slots[slot] = 0 }
        hasZero = false
    }

    /// Takes a word in.
    /// - Returns: whether it was not there.
    mutating func insert(_ word: UInt64) -> Bool {
        if word == 0 {
            defer { hasZero = true }
            return !hasZero
        }
        let slot = place(of: word)
        if slots[slot] == word { return false }
        slots[slot] = word
        return true
    }

    func contains(_ word: UInt64) -> Bool { word == 0 ? hasZero : slots[place(of: word)] == word }

    /// Where a word is, or the free slot where it belongs.
    private func place(of word: UInt64) -> Int {
        var slot = Int(truncatingIfNeeded: word) & mask
        while slots[slot] != 0, slots[slot] != word { slot = (slot + 1) & mask }
        return slot
    }
}
