/// The shapes of the records that came before, as a tree of the bytes between their values.
///
/// What one program writes has few shapes: the same members in the same order, with other values. A record that matches
/// one is on the tape after one comparison a member, of words and not of characters, and everything that follows from
/// names and kinds alone is known of it already. That it matches says as much as parsing would, without an index of its
/// structural characters: it is a record that was parsed, with another value of the same kind in each value's place, and each
/// value's own grammar is looked at. A record that matches none is parsed, with the same result.
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

    /// What records are compared with; valid until more is learned.
    @inline(__always)
    var walk: ShapeWalk {
        unsafe ShapeWalk(
            steps: steps.elements(0, count: steps.count), words: words.elements(0, count: words.count), first: first)
    }

    /// Puts what is no scalar value, or a constant, on the tape of the record that matched last: the members' names, arrays and
    /// objects.
    ///
    /// Whoever knows where on the tape a shape has its values does without them.
    func name(_ shape: Int, _ nodes: UnsafeMutablePointer<JSONNode>) {
        for index in shapes[shape].names.indices {
            let name = names[index]
            let start = unsafe name.start.position(nodes)
            unsafe nodes[name.node] = JSONNode(.string, start: start, end: start + name.length, next: name.node + 1)
        }
        for index in shapes[shape].constants.indices {
            let constant = constants[index]
            let start = unsafe constant.start.position(nodes)
            unsafe nodes[constant.node] = JSONNode(start: start, end: start + constant.length, constant.rest)
        }
        for index in shapes[shape].containers.indices {
            let container = containers[index]
            unsafe nodes[container.node] = JSONNode(
                start: container.start.position(nodes), end: container.end.position(nodes), container.rest)
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
}
