import UsageModel

/// What is known of events by their shape and type alone, so that it is worked out once and not for every event: where
/// its attributes and measures stand, and what the schemas still ask of its values.
struct CloudEventShapes: ~Copyable {
    /// Events of one shape and one type.
    struct Known {
        /// Those that are constants of the shape, and need no look, are not there.
        var attributes: CloudEventAttributes
        /// How many nodes its tape has.
        var nodeCount: Int
        /// The type's index in the plan, or `EventBatch.noType`.
        var plan: UInt16
        /// Where the fields and then the operands of the type's plan stand on the tape, in ``places``; -1 for one that is
        /// not there.
        var fields = ScratchRange(0..<0)
        var operands = ScratchRange(0..<0)
        /// What is asked of each of its values, in ``quick``.
        var quick = ScratchRange(0..<0)
        /// Where in ``checks`` those of the data begin, behind those of all events.
        var firstOfData = 0
        /// The index of the data's schema in the schema set's `byType`, or -1.
        var schema: Int
        /// Whether some of it is asked of arrays or objects, for which names are looked at.
        var needsNames = false
        /// Whether a field or an operand is no scalar value, or a constant of the shape.
        var needsRest = false
    }

    /// How a shape says which type its events have.
    enum EventType {
        /// Nothing is known of the shape.
        case unknown
        /// It stands at this place on the tape.
        case node(Int)
        /// All have the type of this entry of the type table.
        case entry(Int)
    }

    /// With more types each shape would be there too often.
    private static let maximumTypes = 4

    /// What is the same in nearly all events: their version, the media type of their data, and the type where there are few.
    static func constants(types: [[UInt8]]) -> [ShapeConstant] {
        let fixed = [("specversion", "1.0"), ("datacontenttype", "application/json")].map {
            ShapeConstant(name: Array($0.utf8), value: Array($1.utf8))
        }
        if types.count > maximumTypes { return fixed }
        return fixed + types.map { ShapeConstant(name: Array("type".utf8), value: $0) }
    }

    /// By shape.
    private var eventTypes = ScratchStack<EventType>()
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

    /// The type of a shape's events.
    @inline(__always)
    func type(of shape: Int) -> EventType {
        shape < eventTypes.count ? eventTypes[shape] : .unknown
    }

    /// The number of what is known of a shape and a type; -1 for nothing.
    @inline(__always)
    func number(of shape: Int, entry: Int) -> Int {
        numbers[shape &* width &+ entry &+ 1]
    }

    /// Whether something is known of a shape and a type.
    func knows(_ shape: Int, entry: Int) -> Bool {
        if case .unknown = type(of: shape) { return false }
        return number(of: shape, entry: entry) >= 0
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
        eventTypes.truncate(to: 0)
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
    ///   - entry: the type's entry in the type table, or -1.
    ///   - event: what is known, but for where its places and checks stand.
    ///   - places: where the fields and then the operands of the type's plan stand on the tape.
    ///   - firstQuick: how many quick checks there were before those of this one.
    mutating func learn(
        _ shape: Int, _ type: EventType, entry: Int, _ event: Known, places: (fields: [Int], operands: [Int]),
        firstQuick: Int
    ) {
        while eventTypes.count <= shape {
            eventTypes.append(.unknown)
            for _ in 0..<width { numbers.append(-1) }
        }
        eventTypes[shape] = type
        numbers[shape * width + entry + 1] = known.count
        let first = self.places.count
        for place in places.fields + places.operands { self.places.append(place) }
        var event = event
        event.fields = ScratchRange(first..<first + places.fields.count)
        event.operands = ScratchRange(first + places.fields.count..<self.places.count)
        event.quick = ScratchRange(firstQuick..<quick.count)
        known.append(event)
    }
}
