public import Glibc

/// Bytes that identify something: a subject, a tenant, a dimension's value, a partition.
///
/// Equality and order are those of the bytes. Swift's `String` makes NFC and NFD equal, so it may not decide identity
/// or the order of anything that is stored; this type stands where a `String` would.
public struct ByteString: Sendable, Hashable {
    /// The bytes, usually UTF-8.
    public var bytes: [UInt8]

    @inlinable
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The UTF-8 bytes of a string.
    @inlinable
    public init(_ string: String) {
        self.bytes = Array(string.utf8)
    }

    @inlinable
    public static func == (left: ByteString, right: ByteString) -> Bool {
        // All at once: what is derived compares, and below feeds the hasher, byte by byte.
        unsafe left.bytes.withUnsafeBytes { left in
            unsafe right.bytes.withUnsafeBytes { right in
                guard left.count == right.count else { return false }
                guard let first = left.baseAddress, let second = right.baseAddress else { return true }
                return unsafe memcmp(first, second, left.count) == 0
            }
        }
    }

    @inlinable
    public func hash(into hasher: inout Hasher) {
        unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }

    /// For showing to a person; bytes that are not UTF-8 become U+FFFD.
    public var description: String {
        String(decoding: bytes, as: UTF8.self)
    }
}

extension ByteString: Comparable {
    /// Lexicographic order of the unsigned bytes, a prefix first. O(shorter length).
    @inlinable
    public static func < (left: ByteString, right: ByteString) -> Bool {
        unsafe left.bytes.withUnsafeBytes { left in
            unsafe right.bytes.withUnsafeBytes { right in
                guard let first = left.baseAddress, let second = right.baseAddress else {
                    return left.count < right.count
                }
                let order = unsafe memcmp(first, second, min(left.count, right.count))
                return order != 0 ? order < 0 : left.count < right.count
            }
        }
    }
}

extension ByteString: CustomStringConvertible, ExpressibleByStringLiteral {
    @inlinable
    public init(stringLiteral value: String) {
        self.init(value)
    }
}
