#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The grammar of RFC 8259 over a structural index: what simdjson calls stage 2, without converting anything.
///
/// What stage 1 has proved already: the text is UTF-8, every string is closed, no string has a control character, and
/// between a token's end and the next structural character there is white space only, unless the token goes on.
@safe
struct JSONParser {
    private let text: UnsafePointer<UInt8>
    private let end: Int
    private let structurals: UnsafePointer<UInt32>
    private let base: Int
    private let nodes: UnsafeMutablePointer<JSONNode>
    /// A text without a backslash has no string that needs a look inside.
    private let mayHaveEscapes: Bool
    private(set) var cursor: Int
    private(set) var count = 0
    private var depth = 0
    /// The innermost container that is open; its node's `next` holds the one around it meanwhile.
    private var open = -1
    private var openIsObject = false
    /// The members of the innermost container so far; those of the outer ones stand in their nodes.
    private var members = 0

    /// `nodes` has room for as many as there are structurals in the text.
    init(
        text: UnsafeBufferPointer<UInt8>, structurals: UnsafeBufferPointer<UInt32>, cursor: Int, base: Int,
        nodes: UnsafeMutablePointer<JSONNode>
    ) {
        guard let start = text.baseAddress, let first = structurals.baseAddress else {
            preconditionFailure("a text that was indexed is not empty")
        }
        precondition(cursor >= 0 && cursor < structurals.count, "the cursor is in the index")
        let indexed = unsafe Int(structurals[structurals.count - 1])
        precondition(base >= 0 && indexed >= base + text.count, "the index covers the text")
        unsafe self.text = start
        self.end = text.count
        unsafe self.structurals = first
        self.cursor = cursor
        self.base = base
        unsafe self.nodes = nodes
        self.mayHaveEscapes = unsafe memchr(start, 0x5C, text.count) != nil
    }

    /// Inlined where the parser is a local, so that its state lives in registers.
    @inline(__always)
    mutating func parse() throws(JSONFault) {
        while true {
            try value()
            // After a value: commas lead to the next one, closers end the container and make it the value.
            while true {
                let position = self.position
                if open < 0 {
                    if position < end { throw .malformed("text after the value", offset: position) }
                    return
                }
                guard position < end else { throw .malformed(unclosed, offset: end) }
                let byte = unsafe text[position]
                if byte == 0x2C {
                    cursor &+= 1
                    members &+= 1
                    if openIsObject { try key() }
                    break
                }
                guard byte == (openIsObject ? 0x7D : 0x5D) else {
                    throw .malformed(openIsObject ? "expected ',' or '}'" : "expected ',' or ']'", offset: position)
                }
                cursor &+= 1
                close(at: position)
            }
        }
    }

    /// The offset of the structural character at the cursor; `end` or more when the text has no more of them.
    private var position: Int {
        @inline(__always) get { unsafe Int(structurals[cursor]) &- base }
    }

    private var unclosed: String { openIsObject ? "an object is not closed" : "an array is not closed" }

    @inline(__always)
    private mutating func append(_ node: JSONNode) {
        unsafe nodes[count] = node
        count &+= 1
    }

    /// A scalar, an empty container, or the opening of a container up to its first value.
    @inline(__always)
    private mutating func value() throws(JSONFault) {
        while true {
            let position = self.position
            guard position < end else { throw .malformed("a value is missing", offset: end) }
            let byte = unsafe text[position]
            cursor &+= 1
            switch byte {
            case 0x22:
                try string(at: position)
            case 0x2D, 0x30...0x39:
                try number(at: position)
            case 0x7B, 0x5B:
                if try container(at: position, isObject: byte == 0x7B) { continue }
            case 0x74:
                try literal("true", .true, at: position)
            case 0x66:
                try literal("false", .false, at: position)
            case 0x6E:
                try literal("null", .null, at: position)
            default:
                throw .malformed("expected a value", offset: position)
            }
            return
        }
    }

    /// Whether a first value is to follow: the container is not empty.
    @inline(__always)
    private mutating func container(at start: Int, isObject: Bool) throws(JSONFault) -> Bool {
        if depth == JSONTape.maximumDepth { throw .tooDeep(offset: start) }
        let kind: JSONNode.Kind = isObject ? .object : .array
        let position = self.position
        if position < end, unsafe text[position] == (isObject ? 0x7D : 0x5D) {
            cursor &+= 1
            append(JSONNode(kind, start: start, end: position &+ 1, next: count &+ 1))
            return false
        }
        if open >= 0 { unsafe nodes[open].tag = nodes[open].tag & 15 | UInt32(truncatingIfNeeded: members) << 4 }
        append(JSONNode(kind, start: start, end: 0, next: open))
        open = count &- 1
        openIsObject = isObject
        members = 0
        depth &+= 1
        if isObject { try key() }
        return true
    }

    @inline(__always)
    private mutating func close(at position: Int) {
        let node = unsafe nodes[open]
        let outer = Int(Int32(bitPattern: node.next))
        unsafe nodes[open].end = UInt32(truncatingIfNeeded: position &+ 1)
        unsafe nodes[open].next = UInt32(truncatingIfNeeded: count)
        unsafe nodes[open].tag = node.tag & 15 | UInt32(truncatingIfNeeded: members &+ 1) << 4
        open = outer
        depth &-= 1
        if outer >= 0 {
            let tag = unsafe nodes[outer].tag
            openIsObject = tag & 7 == UInt32(JSONNode.Kind.object.rawValue)
            members = Int(tag >> 4)
        }
    }

    @inline(__always)
    private mutating func key() throws(JSONFault) {
        let position = self.position
        guard position < end else { throw .malformed(unclosed, offset: end) }
        guard unsafe text[position] == 0x22 else { throw .malformed("expected a member's name", offset: position) }
        cursor &+= 1
        try string(at: position)
        let colon = self.position
        guard colon < end, unsafe text[colon] == 0x3A else {
            throw .malformed("expected ':'", offset: min(colon, end))
        }
        cursor &+= 1
    }

    /// A string: it ends at the last byte before the next structural character that is not white space.
    @inline(__always)
    private mutating func string(at quote: Int) throws(JSONFault) {
        var last = min(position, end) &- 1
        while last > quote, unsafe text[last] != 0x22 { last &-= 1 }
        guard last > quote else { throw .malformed("a string is not closed", offset: quote) }
        var escaped = false
        if mayHaveEscapes {
            let inside = unsafe UnsafeBufferPointer(start: text + (quote &+ 1), count: last &- quote &- 1)
            escaped = try unsafe JSONEscape.validate(inside, at: quote &+ 1)
        }
        append(JSONNode(.string, start: quote &+ 1, end: last, next: count &+ 1, flag: escaped))
    }

    @inline(__always)
    private mutating func literal(_ word: StaticString, _ kind: JSONNode.Kind, at start: Int) throws(JSONFault) {
        let stop = start + word.utf8CodeUnitCount
        let limit = min(position, end)
        guard stop <= limit, unsafe memcmp(text + start, word.utf8Start, word.utf8CodeUnitCount) == 0,
            isOver(at: stop, limit)
        else { throw .malformed("expected a value", offset: start) }
        append(JSONNode(kind, start: start, end: stop, next: count &+ 1))
    }

    @inline(__always)
    private mutating func number(at start: Int) throws(JSONFault) {
        let limit = min(position, end)
        var isInteger = true
        guard let stop = unsafe JSONNumber.end(text, from: start, to: limit, isInteger: &isInteger),
            isOver(at: stop, limit)
        else { throw .malformed("not a number", offset: start) }
        append(JSONNode(.number, start: start, end: stop, next: count &+ 1, flag: !isInteger))
    }

    /// Whether a number or a literal ends here: at the next structural character or at white space.
    @inline(__always)
    private func isOver(at index: Int, _ limit: Int) -> Bool {
        if index == limit { return true }
        let byte = unsafe text[index]
        return byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
