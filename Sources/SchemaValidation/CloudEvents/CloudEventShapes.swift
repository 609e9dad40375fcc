import UsageModel

/// What is known of events by their shape and type alone, so that it is worked out once and not for every event: where
/// its attributes and measures stand, and what the schemas still ask of its values.
struct CloudEventShapes: ~Copyable {
    /// Events of one shape and one type.
    struct Known {
        var attributes: CloudEventAttributes
        /// How many nodes its tape has.
        var nodeCount: Int
        /// The type's index in the plan, or `EventBatch.noType`.
        var plan: UInt16
        /// Where the fields and then the operands of the type's plan stand on the tape, in ``places``; -1 for one that is
        /// not there.
        var fields: ScratchRange
        var operands: ScratchRange
        /// What is asked of each of its values, in ``quick``.
        var quick: ScratchRange
        /// Where in ``checks`` those of the data begin, behind those of all events.
        var firstOfData: Int
        /// Whether some of it is asked of arrays or objects, for which names are looked at.
        var needsNames: Bool
    }

    /// Where the type stands on the tape, by shape; -1 for a shape of which nothing is known.
    private var typeNodes = ScratchStack<Int>()
    /// By shape and then by the type's entry in the type table, the first one being that of other types; -1 for none.
    private var numbers = ScratchStack<Int>()
    private var known = ScratchStack<Known>()
    private(set) var places = ScratchStack<Int>()
    private(set) var quick = ScratchStack<QuickCheck>()
    private(set) var literals = ScratchStack<KeyHash>()
    private(set) var checks = ScratchStack<SchemaCheck>()
    /// How many entries a shape has.
    private let width: Int
    private var generation = 0

    init(types: borrowing TypeTable) {
        width = types.count + 1
    }

    /// The index of a shape's type on the tape; -1 when nothing is known of the shape.
    @inline(__always)
    func typeNode(of shape: Int) -> Int {
        shape < typeNodes.count ? typeNodes[shape] : -1
    }

    /// The number of what is known of a shape and a type; -1 for nothing.
    @inline(__always)
    func number(of shape: Int, entry: Int) -> Int {
        numbers[shape &* width &+ entry &+ 1]
    }

    /// What is known of a shape and a type; valid until more is learned.
    @inline(__always)
    func known(_ number: Int) -> UnsafePointer<Known> { unsafe known.elements(number, count: 1) }

    /// What is asked of the values of events like that; valid until more is learned.
    @inline(__always)
    func quick(of known: UnsafePointer<Known>) -> UnsafePointer<QuickCheck> {
        let range = unsafe known.pointee.quick.indices
        return unsafe quick.elements(range.lowerBound, count: range.count)
    }

    /// Forgets everything when the shapes' numbers mean others.
    @inline(__always)
    mutating func follow(_ generation: Int) {
        if generation != self.generation { forget(generation) }
    }

    @inline(never)
    private mutating func forget(_ generation: Int) {
        typeNodes.truncate(to: 0)
        numbers.truncate(to: 0)
        known.truncate(to: 0)
        places.truncate(to: 0)
        quick.truncate(to: 0)
        literals.truncate(to: 0)
        checks.truncate(to: 0)
        self.generation = generation
    }

    /// Takes in what a schema still asks of the values of a record on the tape.
    mutating func add(
        _ asked: [SchemaCheck], of schema: CompiledSchema, _ tape: borrowing JSONTape,
        text: UnsafeBufferPointer<UInt8>
    ) {
        for check in asked {
            let forms = unsafe QuickCheck.forms(
                of: check, number: checks.count, schema, tape, text: text, literals: &literals)
            for form in forms { quick.append(form) }
            checks.append(check)
        }
    }

    /// - Parameters:
    ///   - nodeCount: how many nodes its tape has.
    ///   - fields, operands: where those of the type's plan stand on the tape.
    ///   - marks: how many quick checks there were before those of this one, and how many checks before those of its data.
    mutating func learn(
        _ shape: Int, entry: Int, plan: UInt16, _ attributes: CloudEventAttributes, nodeCount: Int,
        fields: [Int], operands: [Int], marks: (quick: Int, data: Int), needsNames: Bool
    ) {
        while typeNodes.count <= shape {
            typeNodes.append(-1)
            for _ in 0..<width { numbers.append(-1) }
        }
        typeNodes[shape] = attributes.type
        numbers[shape * width + entry + 1] = known.count
        let first = places.count
        for place in fields + operands { places.append(place) }
        known.append(
            Known(
                attributes: attributes, nodeCount: nodeCount, plan: plan,
                fields: ScratchRange(first..<first + fields.count),
                operands: ScratchRange(first + fields.count..<places.count),
                quick: ScratchRange(marks.quick..<quick.count), firstOfData: marks.data, needsNames: needsNames))
    }
}
