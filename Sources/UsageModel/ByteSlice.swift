/// A stretch of a batch's slab, or of its unescaped text.
@frozen
public struct ByteSlice: Sendable, Hashable {
    /// The offset; the top bit says that it lies in the batch's unescaped text.
    @usableFromInline var place: UInt32
    @usableFromInline var size: UInt32

    @inlinable
    public init(offset: Int, length: Int, isUnescaped: Bool = false) {
        precondition(offset >= 0 && offset < 1 << 31 && length >= 0 && length < 1 << 31, "a slice lies below 2 GiB")
        self.place = UInt32(truncatingIfNeeded: offset) | (isUnescaped ? 1 << 31 : 0)
        self.size = UInt32(truncatingIfNeeded: length)
    }

    public static let empty = ByteSlice(offset: 0, length: 0)

    @inlinable
    public var offset: Int { Int(place & 0x7FFF_FFFF) }
    @inlinable
    public var length: Int { Int(size) }
    /// Whether it lies in `EventBatch.text` and not in the slab.
    @inlinable
    public var isUnescaped: Bool { place >> 31 == 1 }
}
