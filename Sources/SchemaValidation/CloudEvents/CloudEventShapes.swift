import UsageModel

/// What is known of events by their shape and type alone, so that it is worked out once and not for every event: where
/// its attributes and measures stand, and what the schemas still ask of its values.
struct CloudEventShapes {
    /// Events of one shape and one type.
    struct Known {
        var attributes: CloudEventAttributes
        /// Where the fields and then the values of the type's plan stand on the tape, in ``places``; -1 for one that is not there.
        var fields: Range<Int>
        var values: Range<Int>
        /// What the schema of all events and that of the type's data ask, in ``checks``.
        var ofEvent: Range<Int>
        var ofData: Range<Int>
        /// Whether some of it is asked of arrays or objects, for which names are looked at.
        var needsNames: Bool
    }

    /// Where the type stands on the tape, by shape; -1 for a shape of which nothing is known.
    private var typeNodes: [Int] = []
    /// By shape and then by the type's entry in the type table, the first one being that of other types; -1 for none.
    private var numbers: [Int] = []
    private(set) var known: [Known] = []
    private(set) var places: [Int] = []
    private(set) var checks: [SchemaCheck] = []
    /// How many entries a shape has.
    private let width: Int
    private var generation = 0

    init(types: TypeTable) {
        width = types.entries.count + 1
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

    /// Forgets everything when the shapes' numbers mean others.
    @inline(__always)
    mutating func follow(_ generation: Int) {
        if generation != self.generation { forget(generation) }
    }

    private mutating func forget(_ generation: Int) {
        typeNodes = []
        numbers = []
        known = []
        places = []
        checks = []
        self.generation = generation
    }

    /// - Parameters:
    ///   - fields, values: where those of the type's plan stand on the tape.
    ///   - ofEvent, ofData: what is left to ask.
    mutating func learn(
        _ shape: Int, entry: Int, _ attributes: CloudEventAttributes, fields: [Int], values: [Int],
        ofEvent: [SchemaCheck], ofData: [SchemaCheck], needsNames: Bool
    ) {
        while typeNodes.count <= shape {
            typeNodes.append(-1)
            numbers.append(contentsOf: repeatElement(-1, count: width))
        }
        typeNodes[shape] = attributes.type
        numbers[shape * width + entry + 1] = known.count
        let (firstPlace, firstCheck) = (places.count, checks.count)
        places += fields + values
        checks += ofEvent + ofData
        known.append(
            Known(
                attributes: attributes, fields: firstPlace..<firstPlace + fields.count,
                values: firstPlace + fields.count..<places.count, ofEvent: firstCheck..<firstCheck + ofEvent.count,
                ofData: firstCheck + ofEvent.count..<checks.count, needsNames: needsNames))
    }
}
