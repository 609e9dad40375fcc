/// One value of a parsed record on the ``JSONTape``: 16 bytes.
///
/// A container is followed by its children: an array by its elements, an object by key, value, key, value. `next`
/// leads past the whole subtree, so that a value is skipped in one step. Offsets count from the first byte of the text
/// that was parsed (of the record, not of its slab).
struct JSONNode {
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

    /// Of ``tag``, whether a string has escapes or a number a fraction or an exponent.
    static let flag: UInt32 = 8

    /// What a value's node has besides where it stands.
    struct Rest {
        var next: UInt32
        var tag: UInt32
    }

    @inline(__always)
    init(start: Int, end: Int, _ rest: Rest) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.end = UInt32(truncatingIfNeeded: end)
        next = rest.next
        tag = rest.tag
    }

    @inline(__always)
    var rest: Rest { Rest(next: next, tag: tag) }

    @inline(__always)
    init(_ kind: Kind, start: Int, end: Int, next: Int, flag: Bool = false, count: Int = 0) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.end = UInt32(truncatingIfNeeded: end)
        self.next = UInt32(truncatingIfNeeded: next)
        self.tag = UInt32(kind.rawValue) | (flag ? JSONNode.flag : 0) | UInt32(truncatingIfNeeded: count) << 4
    }

    @inline(__always)
    var kind: Kind { Kind(rawValue: UInt8(truncatingIfNeeded: tag & 7)) ?? .null }
    @inline(__always)
    var hasEscapes: Bool { tag & JSONNode.flag != 0 }
    @inline(__always)
    var isPlainInteger: Bool { tag & JSONNode.flag == 0 }
    @inline(__always)
    var count: Int { Int(tag >> 4) }
    /// How many bytes of the text it takes; for a string without its quotes.
    @inline(__always)
    var length: Int { Int(end &- start) }
}
