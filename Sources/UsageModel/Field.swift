/// One field of one event, as a meter's `group_by` or `filter` needs it.
@frozen
public struct Field: Sendable, Hashable {
    /// What kind of JSON value it is.
    @frozen
    public enum Kind: UInt8, Sendable, Hashable {
        /// Not in the event, or `null`.
        case absent
        case bool
        /// The slice holds the digits as they were written.
        case number
        /// The slice holds the text with its escapes undone.
        case string
        /// An array or an object; the slice holds its JSON text.
        case composite
        /// A value of a format that tells no kinds apart, such as CSV: it is what the text can be read as.
        case text
    }

    public var slice: ByteSlice
    public var kind: Kind

    @inlinable
    public init(slice: ByteSlice, kind: Kind) {
        self.slice = slice
        self.kind = kind
    }

    public static let absent = Field(slice: .empty, kind: .absent)
}
