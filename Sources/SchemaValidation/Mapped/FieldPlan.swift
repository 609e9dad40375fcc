import UsageModel

/// What a source's records are asked for, worked out once: the event's parts and what the meters want, as indices into
/// one list of names.
struct FieldPlan {
    /// The fields that are wanted, each once.
    private(set) var names: [ByteString] = []
    private(set) var time = 0
    /// The type's field; -1 where it is the same for all.
    private(set) var type = -1
    private(set) var constantType = EventBatch.noType
    /// The subject's field; -1 where it is the same for all.
    private(set) var subject = -1
    private(set) var constantSubject: [UInt8] = []
    /// The id's field; -1 where the position is the id.
    private(set) var id = -1
    /// For each type of the extraction plan, where its operands and its fields stand in `measures`.
    private(set) var operands: [Range<Int>] = []
    private(set) var fields: [Range<Int>] = []
    /// The index of a name; -1 where a meter's pointer leads to no field of the format.
    private(set) var measures: [Int] = []
    /// The same as the meters name them.
    private(set) var pointers: [JSONPointer] = []

    /// - Parameter name: the name of the field that a meter's pointer means.
    init(_ mapping: EventMapping, _ plan: ExtractionPlan, name: (JSONPointer) -> ByteString?) {
        time = add(mapping.time)
        switch mapping.type {
        case .field(let field): type = add(field)
        case .constant(let type):
            if let known = plan.types.firstIndex(where: { $0.type == type }) { constantType = UInt16(known) }
        }
        switch mapping.subject {
        case .field(let field): subject = add(field)
        case .constant(let subject): constantSubject = subject.bytes
        }
        if case .field(let field) = mapping.id { id = add(field) }
        for (number, wanted) in plan.types.enumerated() {
            // Where all events are of one type, what the others want is not looked for.
            let isPossible = type >= 0 || number == Int(constantType)
            operands.append(add(isPossible ? wanted.operands : [], name))
            fields.append(add(isPossible ? wanted.fields : [], name))
        }
    }

    private mutating func add(_ name: ByteString) -> Int {
        if let known = names.firstIndex(of: name) { return known }
        names.append(name)
        return names.count - 1
    }

    private mutating func add(_ wanted: [JSONPointer], _ name: (JSONPointer) -> ByteString?) -> Range<Int> {
        let first = measures.count
        pointers += wanted
        for pointer in wanted { measures.append(name(pointer).map { add($0) } ?? -1) }
        return first..<measures.count
    }

    /// The field of a line of text that a meter's pointer means: `/data/<name>`.
    static func member(_ pointer: JSONPointer) -> ByteString? {
        pointer.tokens.count == 2 && pointer.tokens[0] == "data" ? pointer.tokens[1] : nil
    }

    /// The place in a JSON record that a meter's pointer means: the record is the data.
    static func place(_ pointer: JSONPointer) -> ByteString? {
        guard pointer.tokens.first == "data" else { return nil }
        return ByteString(Array(pointer.text.utf8.dropFirst("/data".utf8.count)))
    }
}
