/// One value of a parsed record on the ``JSONTape``: 16 bytes.
///
/// A container is followed by its children: an array by its elements, an object by key, value, key, value. `next`
/// leads past the whole subtree, so that a value is skipped in one step.
@frozen
@usableFromInline
struct JSONNode {
    @usableFromInline
    enum Kind: UInt8 {
        case null, `true`, `false`, number, string, array, object
    }

    /// The offset of the value's first byte in the text; for a string the byte after the opening quote.
    var start: UInt32
    /// The offset after the value's last byte; for a string that of the closing quote.
    var end: UInt32
    /// The index on the tape of what comes after this value and everything in it.
    var next: UInt32
    /// Bits 0-2 the kind, bit 3 whether a string has escapes or a number has a fraction or an exponent,
    /// bits 4-31 how many elements or members a container has.
    var tag: UInt32

    var kind: Kind { Kind(rawValue: UInt8(truncatingIfNeeded: tag & 7)) ?? .null }
    var hasEscapes: Bool { tag & 8 != 0 }
    var isPlainInteger: Bool { tag & 8 == 0 }
    var count: Int { Int(tag >> 4) }
}
