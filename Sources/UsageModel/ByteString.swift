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

    /// For showing to a person; bytes that are not UTF-8 become U+FFFD.
    public var description: String {
        String(decoding: bytes, as: UTF8.self)
    }
}

extension ByteString: Comparable {
    /// Lexicographic order of the unsigned bytes, a prefix first. O(shorter length).
    @inlinable
    public static func < (left: ByteString, right: ByteString) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension ByteString: CustomStringConvertible, ExpressibleByStringLiteral {
    @inlinable
    public init(stringLiteral value: String) {
        self.init(value)
    }
}
