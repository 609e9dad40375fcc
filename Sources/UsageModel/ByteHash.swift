/// A fast hash of bytes for tables in memory, with secrets of its own: never stored, never an order.
///
/// Tenants choose their subjects, and could choose ones that collide under a hash they know; so the secrets are random
/// for each hash. It folds 64 × 64 → 128-bit products, as wyhash does (https://github.com/wangyi-fudan/wyhash).
@frozen
public struct ByteHash: Sendable {
    @usableFromInline let seed: UInt64
    @usableFromInline let left: UInt64
    @usableFromInline let right: UInt64

    /// A hash with random secrets.
    public init() {
        var random = SystemRandomNumberGenerator()
        seed = random.next()
        left = random.next()
        right = random.next()
    }

    /// The hash of the bytes. O(length), no allocation.
    @inlinable
    public func callAsFunction(_ key: RawSpan) -> UInt64 {
        let count = key.byteCount
        var state = seed
        var first: UInt64 = 0
        var last: UInt64 = 0
        if count > 16 {
            var index = 0
            while index < count - 16 {
                state = ByteHash.fold(
                    ByteHash.word(key, at: index) ^ left, ByteHash.word(key, at: index + 8) ^ state)
                index += 16
            }
            first = ByteHash.word(key, at: count - 16)
            last = ByteHash.word(key, at: count - 8)
        } else if count >= 8 {
            first = ByteHash.word(key, at: 0)
            last = ByteHash.word(key, at: count - 8)
        } else if count >= 4 {
            first = UInt64(ByteHash.half(key, at: 0))
            last = UInt64(ByteHash.half(key, at: count - 4))
        } else if count > 0 {
            first = UInt64(ByteHash.byte(key, at: 0)) << 8 | UInt64(ByteHash.byte(key, at: count / 2))
            last = UInt64(ByteHash.byte(key, at: count - 1))
        }
        return ByteHash.fold(right ^ UInt64(truncatingIfNeeded: count), ByteHash.fold(first ^ left, last ^ state))
    }

    /// Whether two stretches hold the same bytes. O(length).
    @inlinable
    public static func areEqual(_ one: RawSpan, _ other: RawSpan) -> Bool {
        let count = one.byteCount
        if count != other.byteCount { return false }
        if count < 8 {
            if count >= 4 {
                return half(one, at: 0) == half(other, at: 0) && half(one, at: count - 4) == half(other, at: count - 4)
            }
            for index in 0..<count where byte(one, at: index) != byte(other, at: index) { return false }
            return true
        }
        var index = 0
        while index < count - 8 {
            if word(one, at: index) != word(other, at: index) { return false }
            index += 8
        }
        return word(one, at: count - 8) == word(other, at: count - 8)
    }

    // Any bits are a valid integer, and the span checks the bounds.
    @inlinable @inline(__always)
    static func word(_ span: RawSpan, at index: Int) -> UInt64 {
        unsafe span.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
    }

    @inlinable @inline(__always)
    static func half(_ span: RawSpan, at index: Int) -> UInt32 {
        unsafe span.unsafeLoadUnaligned(fromByteOffset: index, as: UInt32.self)
    }

    @inlinable @inline(__always)
    static func byte(_ span: RawSpan, at index: Int) -> UInt8 {
        unsafe span.unsafeLoadUnaligned(fromByteOffset: index, as: UInt8.self)
    }

    @inlinable @inline(__always)
    static func fold(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let product = one.multipliedFullWidth(by: other)
        return product.high ^ product.low
    }
}
