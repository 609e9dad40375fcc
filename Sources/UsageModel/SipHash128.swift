/// SipHash-2-4 with 128 bits of output: a pseudorandom function of a secret key of 16 bytes.
///
/// J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF", 2012, and `siphash.c` of the reference
/// implementation for the 128-bit variant. It is fed piece by piece without a copy, and a copy of a state that has
/// taken in a common beginning goes on from there.
@frozen
public struct SipHash128: Sendable {
    @usableFromInline var v0: UInt64
    @usableFromInline var v1: UInt64
    @usableFromInline var v2: UInt64
    @usableFromInline var v3: UInt64
    /// The bytes that do not fill a word yet, the first one lowest.
    @usableFromInline var tail: UInt64 = 0
    @usableFromInline var length = 0

    /// Takes the key's 16 bytes.
    public init(key: [UInt8]) {
        precondition(key.count == 16, "a SipHash key has 16 bytes")
        var words: [UInt64] = [0, 0]
        for index in 0..<16 { words[index / 8] |= UInt64(key[index]) << UInt64(index % 8 * 8) }
        v0 = words[0] ^ 0x736f_6d65_7073_6575
        v1 = words[1] ^ 0x646f_7261_6e64_6f6d ^ 0xee
        v2 = words[0] ^ 0x6c79_6765_6e65_7261
        v3 = words[1] ^ 0x7465_6462_7974_6573
    }

    /// The four words that a key makes, before anything is fed.
    public var state: (UInt64, UInt64, UInt64, UInt64) { (v0, v1, v2, v3) }

    /// Feeds eight bytes, the lowest first.
    @inlinable @inline(__always)
    public mutating func write(_ word: UInt64) {
        let shift = UInt64(truncatingIfNeeded: length & 7) &* 8
        compress(tail | word &<< shift)
        tail = shift == 0 ? 0 : word &>> (64 &- shift)
        length &+= 8
    }

    /// Feeds bytes.
    @inlinable @inline(__always)
    public mutating func write(_ bytes: UnsafeBufferPointer<UInt8>) {
        let raw = UnsafeRawBufferPointer(bytes)
        var index = 0
        while index &+ 8 <= raw.count {
            write(UInt64(littleEndian: unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
            index &+= 8
        }
        while index < raw.count {
            write(unsafe raw[index])
            index &+= 1
        }
    }

    /// Feeds bytes.
    @inlinable @inline(__always)
    public mutating func write(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { raw in
            unsafe raw.withMemoryRebound(to: UInt8.self) { unsafe write($0) }
        }
    }

    /// Feeds one byte.
    @inlinable @inline(__always)
    public mutating func write(_ byte: UInt8) {
        tail |= UInt64(byte) &<< (UInt64(truncatingIfNeeded: length & 7) &* 8)
        length &+= 1
        if length & 7 == 0 {
            compress(tail)
            tail = 0
        }
    }

    /// The digest: its first eight bytes, read little-endian, are `high`, the other eight `low`.
    @inlinable @inline(__always)
    public consuming func finalize() -> Digest128 {
        compress(tail | UInt64(truncatingIfNeeded: length) &<< 56)
        v2 ^= 0xee
        for _ in 0..<4 { round() }
        let first = v0 ^ v1 ^ v2 ^ v3
        v1 ^= 0xdd
        for _ in 0..<4 { round() }
        return Digest128(high: first, low: v0 ^ v1 ^ v2 ^ v3)
    }

    @inlinable @inline(__always)
    mutating func compress(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    @inlinable @inline(__always)
    mutating func round() {
        v0 &+= v1
        v1 = v1 &<< 13 | v1 &>> 51
        v1 ^= v0
        v0 = v0 &<< 32 | v0 &>> 32
        v2 &+= v3
        v3 = v3 &<< 16 | v3 &>> 48
        v3 ^= v2
        v0 &+= v3
        v3 = v3 &<< 21 | v3 &>> 43
        v3 ^= v0
        v2 &+= v1
        v1 = v1 &<< 17 | v1 &>> 47
        v1 ^= v2
        v2 = v2 &<< 32 | v2 &>> 32
    }
}

extension SipHash128 {
    /// Who an event is: the digest of `source`'s length in eight bytes, `source`, and `id`.
    ///
    /// The length makes the pair unambiguous: ("a", "bc") and ("ab", "c") are two events.
    @inlinable @inline(__always)
    public func identity(source: UnsafeBufferPointer<UInt8>, id: UnsafeBufferPointer<UInt8>) -> Digest128 {
        var state = self
        state.write(UInt64(source.count))
        unsafe state.write(source)
        unsafe state.write(id)
        return state.finalize()
    }
}

extension SipHash128 {
    /// Feeds a number's decimal digits.
    @inlinable @inline(__always)
    public mutating func write(decimal number: UInt64) {
        var divisor: UInt64 = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            write(UInt8(truncatingIfNeeded: number / divisor % 10) + 0x30)
            divisor /= 10
        }
    }
}
