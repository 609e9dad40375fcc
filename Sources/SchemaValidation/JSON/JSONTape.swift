/// One parsed JSON text as a row of nodes, in the order of the text.
///
/// The memory is kept from text to text, so that a record costs no allocation. The tape does not hold the text: whoever
/// reads it passes the same bytes again. The root is node 0.
@safe
struct JSONTape: ~Copyable {
    /// How many arrays and objects may stand in one another.
    static let maximumDepth = 128

    private var nodes: UnsafeMutablePointer<JSONNode>
    private var capacity: Int
    /// How many nodes the text has; 0 before the first one and after a fault.
    private(set) var count = 0

    init() {
        capacity = 256
        unsafe nodes = .allocate(capacity: capacity)
    }

    deinit {
        unsafe nodes.deallocate()
    }

    /// The node at an index, which is below ``count``.
    subscript(index: Int) -> JSONNode {
        @inline(__always) get {
            precondition(index >= 0 && index < count, "no such node")
            return unsafe nodes[index]
        }
    }

    /// All nodes, for loops that check their own bounds.
    var buffer: UnsafeBufferPointer<JSONNode> {
        @inline(__always) get { unsafe UnsafeBufferPointer(start: nodes, count: count) }
    }

    /// So many nodes from the first on.
    ///
    /// It does not look at ``count``: what was stored a moment before and is loaded with its neighbour waits for the
    /// processor's whole queue of stores.
    @inline(__always)
    func buffer(of count: Int) -> UnsafeBufferPointer<JSONNode> {
        precondition(count <= capacity, "there is room for so many")
        return unsafe UnsafeBufferPointer(start: nodes, count: count)
    }

    /// Parses one JSON text (RFC 8259) from its structural index.
    ///
    /// - Parameters:
    ///   - text: exactly the text.
    ///   - structurals: what ``JSONIndexer`` found in this text or in a stretch of lines that holds it.
    ///   - cursor: the first of the structurals that lies in the text; afterwards the first one behind it. After a
    ///     fault it stands somewhere in the text.
    ///   - base: the offset of the text in the stretch that was indexed.
    /// - Throws: ``JSONFault``; offsets are in the text.
    /// - Complexity: O(structurals of the text + bytes of its numbers, literals and of strings with escapes).
    mutating func parse(
        _ text: UnsafeBufferPointer<UInt8>, structurals: UnsafeBufferPointer<UInt32>, cursor: inout Int, base: Int
    ) throws(JSONFault) {
        count = 0
        // A node takes at least one structural character, so this is room enough for all.
        reserve(min(structurals.count - cursor, text.count))
        var parser = unsafe JSONParser(
            text: text, structurals: structurals, cursor: cursor, base: base, nodes: nodes)
        defer { cursor = parser.cursor }
        try parser.parse()
        count = parser.count
    }

    /// Puts a text on the tape if it has a shape that is known, but for what ``name(_:of:)`` puts there; see ``ShapeTrie``.
    /// - Returns: the number of the shape; -1 when it has none of them, and then nothing is on the tape.
    @inline(__always)
    mutating func match(_ text: UnsafeBufferPointer<UInt8>, shapes: borrowing ShapeTrie) -> Int {
        count = 0
        reserve(shapes.maximumNodes)
        let shape = unsafe shapes.walk.match(text, into: nodes)
        if shape >= 0 { count = shapes.shapes[shape].nodeCount }
        return shape
    }

    /// Puts on the tape of a text that matched a shape what the shape says: names of members, arrays, objects and constants.
    func name(_ shape: Int, of shapes: borrowing ShapeTrie) {
        unsafe shapes.name(shape, nodes)
    }

    private mutating func reserve(_ wanted: Int) {
        if wanted <= capacity { return }
        unsafe nodes.deallocate()
        capacity = wanted + wanted / 2
        unsafe nodes = .allocate(capacity: capacity)
    }
}

extension JSONTape {
    /// The index of the value of an object's member with this name (its unescaped bytes); `nil` when there is none.
    ///
    /// Of members with the same name it is the first one. O(members).
    func member(_ name: UnsafeBufferPointer<UInt8>, of object: Int, in text: UnsafeBufferPointer<UInt8>) -> Int? {
        let node = self[object]
        guard node.kind == .object else { return nil }
        var index = object + 1
        let end = Int(node.next)
        while index < end {
            if unsafe self[index].equals(name, in: text) { return index + 1 }
            index = Int(self[index + 1].next)
        }
        return nil
    }
}
