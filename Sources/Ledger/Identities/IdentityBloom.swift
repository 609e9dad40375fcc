import UsageModel

/// A blocked Bloom filter: says of nearly every identity that it has not met, from one line of memory, that it has not.
///
/// An identity chooses a block of 16 bytes, and sets two bits in each of its two words. Six bits an event let some seven of a
/// hundred strangers pass. See Putze, Sanders and Singler, "Cache-, Hash- and Space-Efficient Bloom Filters" (2007). As an
/// identity is a keyed digest, its own bits are the hashes.
enum IdentityBloom {
    /// A block never lies in two lines of memory: an array's elements begin at a multiple of 16.
    static let blockBytes = 16
    private static let bitsPerEvent = 6

    /// How many blocks so many events want.
    static func blocks(ofEvents count: Int) -> Int {
        (count * bitsPerEvent + blockBytes * 8 - 1) / (blockBytes * 8)
    }

    /// Where the block of an identity begins, among so many.
    @inline(__always)
    static func offset(of identity: Digest128, blocks: Int) -> Int {
        IdentityFilter.place(of: identity, among: blocks) &* blockBytes
    }

    /// Whether all bits of an identity are set in its block, which begins at `offset`.
    @inline(__always)
    static func passes(_ identity: Digest128, _ bytes: RawSpan, at offset: Int) -> Bool {
        let mask = mask(of: identity)
        return words(bytes, at: offset) & mask == mask
    }

    /// Sets the bits of an identity in its block.
    @inline(__always)
    static func insert(_ identity: Digest128, into bytes: inout MutableRawSpan, blocks: Int) {
        let offset = offset(of: identity, blocks: blocks)
        let words = words(bytes.bytes, at: offset) | mask(of: identity)
        bytes.storeBytes(of: words[0].littleEndian, toByteOffset: offset, as: UInt64.self)
        bytes.storeBytes(of: words[1].littleEndian, toByteOffset: offset &+ 8, as: UInt64.self)
    }

    /// The bits of an identity. They come from the low half's upper bits; fingerprints have the lower ones.
    @inline(__always)
    private static func mask(of identity: Digest128) -> SIMD2<UInt64> {
        let bits = identity.low &>> 40
        return SIMD2(1 &<< bits | 1 &<< (bits &>> 6), 1 &<< (bits &>> 12) | 1 &<< (bits &>> 18))
    }

    @inline(__always)
    private static func words(_ bytes: RawSpan, at offset: Int) -> SIMD2<UInt64> {
        // Any bits are a valid integer, and the span checks the bounds.
        unsafe SIMD2(
            UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)),
            UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self)))
    }
}
