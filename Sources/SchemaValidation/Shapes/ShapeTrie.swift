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
    static let maximumSiblings = 16
    static let maximumBytes = 64 << 10

    var steps = ScratchStack<ShapeStep>()
    var words = ScratchStack<UInt64>()
    var names = ScratchStack<RecordShape.Name>()
    var constants = ScratchStack<RecordShape.Constant>()
    var containers = ScratchStack<RecordShape.Container>()
    var shapes = ScratchStack<RecordShape>()
    var first = -1
    var misses = 0
    /// Where the bytes of each step of the present record begin.
    private let starts: UnsafeMutablePointer<Int>
    private let patience: Int
    /// What is no value of a record, but belongs to the bytes between.
    let fixed: [ShapeConstant]

    /// - Parameters:
    ///   - constants: members of the root that have the same value in most records. Each value of a member takes one of the
    ///     ``maximumSiblings``.
    ///   - patience: records that match nothing, after which a full tree is thrown away.
    init(constants: [ShapeConstant] = [], patience: Int = 1 << 16) {
        self.patience = patience
        fixed = constants
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

    /// Puts a record on the tape if it has one of the shapes: all but the names of members and the constants, for which see
    /// ``name(_:_:)``.
    ///
    /// - Parameters:
    ///   - text: exactly the record, in which no backslash stands. Sixteen bytes behind it can be read.
    ///   - structurals, cursor, base: as for ``JSONTape/parse(_:structurals:cursor:base:)``. The cursor moves on only when
    ///     the record matches.
    ///   - nodes: room for ``maximumNodes``.
    /// - Returns: the number of the shape and how many nodes the record has; `nil` when it matches none.
    @inline(never)
    func match(
        _ text: UnsafeBufferPointer<UInt8>, structurals: UnsafeBufferPointer<UInt32>, cursor: inout Int, base: Int,
        into nodes: UnsafeMutablePointer<JSONNode>
    ) -> (shape: Int, count: Int)? {
        guard first >= 0, let bytes = text.baseAddress, cursor < structurals.count else { return nil }
        let steps = unsafe steps.elements(0, count: steps.count)
        let words = unsafe words.elements(0, count: words.count)
        var next = cursor
        var step = first
        var last = first
        var depth = 0
        var value = 0
        while step >= 0 {
            let edge = unsafe steps + step
            let start = unsafe Int(structurals[next]) &- base &- Int(edge.pointee.lead)
            let end = unsafe start &+ Int(edge.pointee.length)
            guard start >= value, end <= text.count, depth > 0 || start == 0,
                unsafe isSame(edge, words, bytes + start),
                unsafe edge.pointee.behind == .string || isBehind(edge.pointee.behind, bytes, end, text.count)
            else {
                step = unsafe Int(edge.pointee.sibling)
                continue
            }
            if depth > 0 {
                let before = unsafe steps + last
                var node = unsafe JSONNode(start: value, end: start, before.pointee.node)
                if unsafe before.pointee.behind != .string {
                    guard unsafe isScalar(before.pointee.behind, bytes, &node) else { return nil }
                }
                unsafe nodes[Int(before.pointee.index)] = node
            }
            unsafe starts[depth] = start
            unsafe next &+= Int(edge.pointee.structurals)
            guard next < structurals.count else { return nil }
            if unsafe edge.pointee.behind == .end {
                guard unsafe Int(structurals[next]) &- base >= end else { return nil }
                cursor = next
                let shape = unsafe Int(edge.pointee.shape)
                return unsafe (shape, close(shape, nodes))
            }
            // What the index says of the value must be what it said when the shape was learned.
            let quote = unsafe edge.pointee.behind == .string ? 1 : 0
            guard unsafe Int(structurals[next &- 1]) &- base == end &- quote else { return nil }
            value = end
            last = step
            depth &+= 1
            step = unsafe Int(edge.pointee.child)
        }
        return nil
    }

    /// Puts the names of the members and the constants on the tape of the record that matched last.
    ///
    /// Whoever knows where on the tape a shape has its values does without them.
    func name(_ shape: Int, _ nodes: UnsafeMutablePointer<JSONNode>) {
        for index in shapes[shape].names.indices {
            let name = names[index]
            let start = unsafe starts[name.step] + name.offset
            unsafe nodes[name.node] = JSONNode(.string, start: start, end: start + name.length, next: name.node + 1)
        }
        for index in shapes[shape].constants.indices {
            let constant = constants[index]
            let start = unsafe starts[constant.step] + constant.offset
            unsafe nodes[constant.node] = JSONNode(start: start, end: start + constant.length, constant.rest)
        }
    }

    /// Whether a node is a constant in a shape. O(constants).
    func isConstant(_ node: Int, in shape: Int) -> Bool {
        shapes[shape].constants.indices.contains { constants[$0].node == node }
    }

    /// Notes that a record matched none, and forgets all shapes when that is too often.
    mutating func miss() {
        misses += 1
        guard misses >= patience, !isLearning else { return }
        steps.truncate(to: 0)
        words.truncate(to: 0)
        names.truncate(to: 0)
        constants.truncate(to: 0)
        containers.truncate(to: 0)
        shapes.truncate(to: 0)
        first = -1
        misses = 0
        looks = 0
        generation += 1
    }

    @inline(__always)
    private func isSame(
        _ step: UnsafePointer<ShapeStep>, _ words: UnsafePointer<UInt64>, _ text: UnsafePointer<UInt8>
    ) -> Bool {
        var raw = unsafe UnsafeRawPointer(text)
        var word = unsafe words + Int(step.pointee.firstWord)
        var left = unsafe step.pointee.length
        while left > 16 {
            let low = unsafe ShapeTrie.load(raw, 0) ^ word[0]
            let high = unsafe ShapeTrie.load(raw, 8) ^ word[1]
            if low | high != 0 { return false }
            unsafe raw += 16
            unsafe word += 2
            left &-= 16
        }
        let low = unsafe (ShapeTrie.load(raw, 0) ^ word[0]) & word[2]
        let high = unsafe (ShapeTrie.load(raw, 8) ^ word[1]) & word[3]
        return low | high == 0
    }

    @inline(__always)
    private func isBehind(
        _ behind: ShapeStep.Behind, _ text: UnsafePointer<UInt8>, _ place: Int, _ end: Int
    ) -> Bool {
        if behind == .end { return place == end }
        guard place < end else { return false }
        let byte = unsafe text[place]
        switch behind {
        case .number: return byte &- 0x30 < 10 || byte == 0x2D
        case .true: return byte == 0x74
        case .false: return byte == 0x66
        default: return byte == 0x6E
        }
    }

    @inline(__always)
    private static func load(_ text: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        unsafe UInt64(littleEndian: text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Whether the bytes of a node are a number or a word; notes whether the number has a fraction.
    @inline(never)
    private func isScalar(_ behind: ShapeStep.Behind, _ text: UnsafePointer<UInt8>, _ node: inout JSONNode) -> Bool {
        let start = Int(node.start)
        guard behind == .number else { return unsafe isWord(behind, text + start, node.length) }
        var isInteger = true
        if let short = unsafe ShortNumber(at: text + start, length: node.length) {
            isInteger = short.decimals == 0
        } else if unsafe JSONNumber.end(text, from: start, to: Int(node.end), isInteger: &isInteger)
            != Int(node.end)
        {
            return false
        }
        if !isInteger { node.tag |= JSONNode.flag }
        return true
    }

    private func isWord(_ behind: ShapeStep.Behind, _ text: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        switch behind {
        // The first four letters as one little-endian word.
        case .true: unsafe length == 4 && letters(text) == 0x6575_7274
        case .false: unsafe length == 5 && letters(text) == 0x736C_6166 && text[4] == 0x65
        case .null: unsafe length == 4 && letters(text) == 0x6C6C_756E
        case .string, .number, .end: false
        }
    }

    @inline(__always)
    private func letters(_ text: UnsafePointer<UInt8>) -> UInt32 {
        unsafe UInt32(littleEndian: UnsafeRawPointer(text).loadUnaligned(as: UInt32.self))
    }

    /// Puts the arrays and objects of a shape on the tape.
    @inline(__always)
    private func close(_ number: Int, _ nodes: UnsafeMutablePointer<JSONNode>) -> Int {
        let shape = shapes[number]
        for index in shape.containers.indices {
            let container = containers[index]
            var node = container.node
            node.start = unsafe UInt32(truncatingIfNeeded: starts[container.startStep] &+ container.startOffset)
            node.end = unsafe UInt32(truncatingIfNeeded: starts[container.endStep] &+ container.endOffset)
            unsafe nodes[container.index] = node
        }
        return shape.nodeCount
    }
}
