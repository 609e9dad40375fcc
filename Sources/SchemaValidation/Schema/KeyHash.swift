/// An object's key, or another short text, as two words, by which it is looked up: its first and its last eight bytes. Up to 16
/// bytes these and the length are all of it.
@safe
struct KeyHash: Equatable {
    /// The first eight bytes, little-endian, filled with zeros.
    let prefix: UInt64
    /// The last eight bytes; the same as `prefix` for a shorter key.
    let suffix: UInt64
    let count: Int

    /// The key is `text[start..<start + count]`.
    @inline(__always)
    init(_ text: UnsafeBufferPointer<UInt8>, start: Int, count: Int) {
        precondition(start >= 0 && count >= 0 && count <= text.count - start, "the key lies in its text")
        self.count = count
        guard let base = text.baseAddress, text.count - start >= 8 else {
            let words = unsafe KeyHash.words(text, start, count)
            prefix = words.prefix
            suffix = words.suffix
            return
        }
        // Eight bytes can be read from the start of the key, whatever comes after it.
        let raw = unsafe UnsafeRawPointer(base) + start
        let first = unsafe UInt64(littleEndian: raw.loadUnaligned(as: UInt64.self))
        if count >= 8 {
            prefix = first
            suffix = unsafe UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self))
        } else {
            let kept = first & ((1 &<< UInt64(truncatingIfNeeded: count &* 8)) &- 1)
            prefix = kept
            suffix = kept
        }
    }

    /// Of bytes that are at hand as an array; for start-up.
    init(_ bytes: [UInt8]) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe KeyHash($0, start: 0, count: $0.count) }
    }

    /// For the key at the very end of a text.
    @inline(never)
    private static func words(
        _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int
    ) -> (prefix: UInt64, suffix: UInt64) {
        func word(_ range: Range<Int>) -> UInt64 {
            range.reversed().reduce(0) { unsafe $0 << 8 | UInt64(text[start + $1]) }
        }
        let prefix = word(0..<min(count, 8))
        return (prefix, count < 8 ? prefix : word(count - 8..<count))
    }

    /// Without a branch.
    @inline(__always)
    static func == (one: KeyHash, other: KeyHash) -> Bool {
        (one.prefix ^ other.prefix) | (one.suffix ^ other.suffix)
            | UInt64(truncatingIfNeeded: one.count ^ other.count) == 0
    }

    @inline(__always)
    func slot(multiplier: UInt64, mask: UInt32) -> UInt32 {
        let mixed = prefix ^ (suffix &<< 23 | suffix &>> 41) ^ UInt64(truncatingIfNeeded: count) &<< 56
        return UInt32(truncatingIfNeeded: (mixed ^ mixed &>> 29) &* multiplier &>> 40) & mask
    }
}
