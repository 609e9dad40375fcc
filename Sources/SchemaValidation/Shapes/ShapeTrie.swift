/// The shapes of the records that came before, as a tree of the bytes between their values.
///
/// What one program writes has few shapes: the same members in the same order, with other values. A record that matches
/// one is on the tape after one comparison a member, of words and not of characters, and everything that follows from
/// names and kinds alone is known of it already. That it matches says as much as parsing would: the bytes between the
/// values are those of a record that was parsed, the structural characters stand where they did there, and each value's
/// own grammar is looked at. A record that matches none is parsed, with the same result.
///
/// The tree is bounded; when it is full and often misses, it begins anew.
@safe
struct ShapeTrie: ~Copyable {
    static let maximumShapes = 64
    /// Records that are looked at for their shapes, those for which there is no room included.
    static let maximumLooks = 4 * maximumShapes
    static let maximumValues = 128
    /// Steps that may stand in one place: each costs a comparison.
    static let maximumSiblings = 8
    static let maximumBytes = 64 << 10

    var steps: [ShapeStep] = []
    var words: [UInt64] = []
    var names: [RecordShape.Name] = []
    var containers: [RecordShape.Container] = []
    var shapes: [RecordShape] = []
    var first = -1
    var misses = 0
    /// Where the bytes of each step of the present record begin.
    private let starts: UnsafeMutablePointer<Int>
    private let patience: Int

    /// - Parameter patience: records that match nothing, after which a full tree is thrown away.
    init(patience: Int = 1 << 16) {
        self.patience = patience
        unsafe starts = .allocate(capacity: ShapeTrie.maximumValues + 1)
    }

    deinit {
        unsafe starts.deallocate()
    }

    /// How many nodes a tape needs at most.
    var maximumNodes = 0
    /// Records whose shape was looked at since the beginning.
    var looks = 0
    /// Raised when it begins anew: then the shapes' numbers mean others.
    private(set) var generation = 0

    /// Whether there is room for more shapes.
    var isLearning: Bool {
        shapes.count < ShapeTrie.maximumShapes && looks < ShapeTrie.maximumLooks
            && words.count * 8 < ShapeTrie.maximumBytes
    }

    /// Puts a record on the tape if it has one of the shapes: all but the names of members, for which see ``name(_:_:)``.
    ///
    /// - Parameters:
    ///   - text: exactly the record, in which no backslash stands. Eight bytes behind it can be read.
    ///   - structurals, cursor, base: as for ``JSONTape/parse(_:structurals:cursor:base:)``. The cursor moves on only when
    ///     the record matches.
    ///   - nodes: room for ``maximumNodes``.
    /// - Returns: the number of the shape and how many nodes the record has; `nil` when it matches none.
    @inline(__always)
    func match(
        _ text: UnsafeBufferPointer<UInt8>, structurals: UnsafeBufferPointer<UInt32>, cursor: inout Int, base: Int,
        into nodes: UnsafeMutablePointer<JSONNode>
    ) -> (shape: Int, count: Int)? {
        guard first >= 0, let bytes = text.baseAddress else { return nil }
        var next = cursor
        var step = first
        var depth = 0
        var value = 0
        var behind = ShapeStep.Behind.end
        var node = 0
        let steps = steps.span
        while step >= 0 {
            guard next < structurals.count else { return nil }
            let edge = steps[step]
            let start = depth == 0 ? 0 : unsafe Int(structurals[next]) &- base &- edge.lead
            guard start >= value, start &+ edge.length <= text.count,
                unsafe isSame(edge, bytes + start), unsafe isBehind(edge, bytes, start &+ edge.length, text.count)
            else {
                step = edge.sibling
                continue
            }
            if depth > 0, unsafe !append(behind, bytes, value..<start, node, nodes) { return nil }
            unsafe starts[depth] = start
            next &+= edge.structurals
            if edge.behind == .end {
                guard unsafe next < structurals.count && Int(structurals[next]) &- base >= text.count else {
                    return nil
                }
                cursor = next
                return unsafe (edge.shape, close(edge.shape, nodes))
            }
            (value, behind, node) = (start &+ edge.length, edge.behind, edge.node)
            // What the index says of the value must be what it said when the shape was learned.
            let expected = value &- (behind == .string ? 1 : 0)
            guard unsafe Int(structurals[next &- 1]) &- base == expected else { return nil }
            depth &+= 1
            step = edge.child
        }
        return nil
    }

    /// Puts the names of the members on the tape of the record that matched last.
    ///
    /// Whoever knows where on the tape a shape has its values does without them.
    func name(_ shape: Int, _ nodes: UnsafeMutablePointer<JSONNode>) {
        for index in shapes[shape].names {
            let name = names[index]
            let start = unsafe starts[name.step] + name.offset
            unsafe nodes[name.node] = JSONNode(.string, start: start, end: start + name.length, next: name.node + 1)
        }
    }

    /// Notes that a record matched none, and forgets all shapes when that is too often.
    mutating func miss() {
        misses += 1
        guard misses >= patience, !isLearning else { return }
        steps = []
        words = []
        names = []
        containers = []
        shapes = []
        first = -1
        misses = 0
        looks = 0
        generation += 1
    }

    @inline(__always)
    private func isSame(_ step: ShapeStep, _ text: UnsafePointer<UInt8>) -> Bool {
        let raw = unsafe UnsafeRawPointer(text)
        let words = words.span
        var offset = 0
        var word = step.firstWord
        while offset &+ 8 < step.length {
            if unsafe UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) != words[word] {
                return false
            }
            offset &+= 8
            word &+= 1
        }
        let last = unsafe UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        return last & step.lastMask == words[word]
    }

    @inline(__always)
    private func isBehind(_ step: ShapeStep, _ text: UnsafePointer<UInt8>, _ place: Int, _ end: Int) -> Bool {
        if step.behind == .string { return true }
        if step.behind == .end { return place == end }
        guard place < end else { return false }
        let byte = unsafe text[place]
        switch step.behind {
        case .number: return byte &- 0x30 < 10 || byte == 0x2D
        case .true: return byte == 0x74
        case .false: return byte == 0x66
        default: return byte == 0x6E
        }
    }

    /// Puts a value on the tape; `false` when these bytes are none of its kind.
    @inline(__always)
    private func append(
        _ behind: ShapeStep.Behind, _ text: UnsafePointer<UInt8>, _ range: Range<Int>, _ node: Int,
        _ nodes: UnsafeMutablePointer<JSONNode>
    ) -> Bool {
        var end = range.upperBound
        var flag = false
        switch behind {
        case .string:
            end &-= 1
            // Of the two quotes that a string has, the first stands before the range.
            guard end >= range.lowerBound, unsafe text[end] == 0x22 else { return false }
        case .number:
            var isInteger = true
            guard unsafe JSONNumber.end(text, from: range.lowerBound, to: end, isInteger: &isInteger) == end else {
                return false
            }
            flag = !isInteger
        // The first four letters as one little-endian word.
        case .true: guard range.count == 4, unsafe letters(text + range.lowerBound) == 0x6575_7274 else { return false }
        case .false:
            guard range.count == 5, unsafe letters(text + range.lowerBound) == 0x736C_6166,
                unsafe text[range.lowerBound + 4] == 0x65
            else { return false }
        case .null: guard range.count == 4, unsafe letters(text + range.lowerBound) == 0x6C6C_756E else { return false }
        case .end: return false
        }
        unsafe nodes[node] =
            JSONNode(behind.kind, start: range.lowerBound, end: end, next: node &+ 1, flag: flag)
        return true
    }

    @inline(__always)
    private func letters(_ text: UnsafePointer<UInt8>) -> UInt32 {
        unsafe UInt32(littleEndian: UnsafeRawPointer(text).loadUnaligned(as: UInt32.self))
    }

    /// Puts the arrays and objects of a shape on the tape.
    @inline(__always)
    private func close(_ number: Int, _ nodes: UnsafeMutablePointer<JSONNode>) -> Int {
        let shape = shapes[number]
        for index in shape.containers {
            let container = containers[index]
            var node = container.node
            node.start = unsafe UInt32(truncatingIfNeeded: starts[container.startStep] &+ container.startOffset)
            node.end = unsafe UInt32(truncatingIfNeeded: starts[container.endStep] &+ container.endOffset)
            unsafe nodes[container.index] = node
        }
        return shape.nodeCount
    }
}
