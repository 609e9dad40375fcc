/// The words for one failure.
struct FailureMessage {
    let failure: SchemaFailure
    let plan: SchemaPlan
    /// Whether a limit ended the evaluation, and not the schema.
    let isFault: Bool

    /// Such as `must be at least 0, is -4 (minimum)`.
    func text(_ tape: borrowing JSONTape, _ text: UnsafeBufferPointer<UInt8>) -> String {
        let value = unsafe FailureMessage.shown(tape[failure.instance], text)
        let limit = failure.detail
        switch failure.keyword {
        case .type: return "must be \(types), is \(value) (type)"
        case .const: return "must be \(literal(limit)), is \(value) (const)"
        case .enum: return "must be one of \(choices), is \(value) (enum)"
        case .anyOf: return "takes none of the forms that are allowed (anyOf)"
        case .oneOf:
            return limit == 2
                ? "takes more than one of the forms of which exactly one is allowed (oneOf)"
                : "takes none of the forms that are allowed (oneOf)"
        case .not: return "has a form that is not allowed, is \(value) (not)"
        case .minimum: return "must be at least \(literal(limit)), is \(value) (minimum)"
        case .maximum: return "must be at most \(literal(limit)), is \(value) (maximum)"
        case .exclusiveMinimum: return "must be more than \(literal(limit)), is \(value) (exclusiveMinimum)"
        case .exclusiveMaximum: return "must be less than \(literal(limit)), is \(value) (exclusiveMaximum)"
        case .multipleOf: return "must be a multiple of \(literal(limit)), is \(value) (multipleOf)"
        case .minLength, .maxLength: return length(value)
        case .pattern: return pattern(value)
        case .format:
            let name = StringFormat(rawValue: UInt8(truncatingIfNeeded: limit))?.name ?? ""
            return "must be of the format \(name), is \(value) (format)"
        default: return unsafe container(tape, text)
        }
    }

    private func length(_ value: String) -> String {
        let isMinimum = failure.keyword == .minLength
        let limit = isMinimum ? plan.nodes[failure.node].shortest : plan.nodes[failure.node].longest
        if isMinimum, limit == 1 { return "must not be empty (minLength)" }
        return "must have at \(isMinimum ? "least" : "most") \(limit) characters, has \(failure.detail)"
            + (isMinimum ? "" : ": \(value)") + " (\(failure.keyword.rawValue))"
    }

    private func pattern(_ value: String) -> String {
        let source = String(decoding: plan.patterns[failure.detail].source, as: UTF8.self)
        guard isFault else { return "must match \(source), is \(value) (pattern)" }
        return "the pattern \(source) took too long on \(value) (pattern)"
    }

    private func container(_ tape: borrowing JSONTape, _ text: UnsafeBufferPointer<UInt8>) -> String {
        let node = tape[failure.instance]
        let limit = failure.detail
        switch failure.keyword {
        case .minItems: return "must have at least \(limit) items, has \(node.count) (minItems)"
        case .maxItems: return "must have at most \(limit) items, has \(node.count) (maxItems)"
        case .minProperties: return "must have at least \(limit) keys, has \(node.count) (minProperties)"
        case .maxProperties: return "must have at most \(limit) keys, has \(node.count) (maxProperties)"
        case .uniqueItems:
            return unsafe "has \(FailureMessage.shown(tape[limit], text)) more than once (uniqueItems)"
        case .contains: return "has no item of the form that it must contain (contains)"
        case .minContains: return "must contain at least \(limit) items of the form (minContains)"
        case .maxContains: return "must contain at most \(limit) items of the form (maxContains)"
        case .required: return "the key \"\(key(bit: limit))\" is missing (required)"
        case .dependentRequired:
            let trigger = Int(plan.words[limit])
            let needed = Int(plan.words[limit + 1])
            return
                "the key \"\(key(bit: needed))\" is missing, which \"\(key(bit: trigger))\" needs (dependentRequired)"
        case .patternProperties: return pattern("a key")
        case .additionalProperties, .unevaluatedProperties:
            var name: [UInt8] = []
            unsafe node.appendUnescaped(from: text, to: &name)
            return unknownKey(name)
        case .unevaluatedItems: return "is an item that is not allowed (unevaluatedItems)"
        case .depth: return "the schema applies itself to this value again and again ($dynamicRef)"
        default: return "is not allowed"
        }
    }

    // MARK: Parts

    private func instruction(_ operation: SchemaInstruction.Operation) -> SchemaInstruction? {
        let node = plan.nodes[failure.node]
        return plan.instructions[Int(node.first)..<Int(node.lastEnd)].first { $0.operation == operation }
    }

    private var types: String {
        let node = plan.nodes[failure.node]
        let number = node.onlyIntegers ? "a whole number" : "a number"
        let names: [(JSONNode.Kind, String)] = [
            (.null, "null"), (.true, "true or false"), (.number, number), (.string, "a string"), (.array, "an array"),
            (.object, "an object"),
        ]
        return names.filter { node.kinds & $0.0.bit != 0 }.map(\.1).joined(separator: " or ")
    }

    private func literal(_ index: Int) -> String {
        unsafe plan.bytes.withUnsafeBufferPointer { unsafe FailureMessage.shown(plan.literals[index], $0) }
    }

    private var choices: String {
        guard let list = instruction(.enumeration) else { return "the listed values" }
        let words = plan.words[Int(list.first)..<Int(list.first + list.second)]
        return words.prefix(12).map { literal(Int($0)) }.joined(separator: ", ") + (words.count > 12 ? ", …" : "")
    }

    func slots(of node: Int) -> [MemberSlot] {
        let range = Int(plan.nodes[node].first)..<Int(plan.nodes[node].lastEnd)
        return plan.instructions[range].filter { $0.operation == .members }.flatMap { instruction in
            let table = plan.tables[Int(instruction.first)]
            return plan.slots[Int(table.firstSlot)...Int(table.firstSlot + table.mask)]
                .filter { $0.length != MemberSlot.empty }
        }
    }

    func name(_ slot: MemberSlot) -> [UInt8] {
        Array(plan.bytes[Int(slot.offset)..<Int(slot.offset + slot.length)])
    }

    private func key(bit: Int) -> String {
        let slot = slots(of: failure.node).first { $0.bit == Int32(bit) }
        return slot.map { String(decoding: name($0), as: UTF8.self) } ?? ""
    }

    /// A value as it is written, with its beginning only when it is long.
    static func shown(_ node: JSONNode, _ text: UnsafeBufferPointer<UInt8>) -> String {
        switch node.kind {
        case .object: return "an object"
        case .array: return "an array"
        default: break
        }
        let raw = unsafe node.raw(in: text)
        let start = unsafe String(decoding: raw.prefix(60), as: UTF8.self)
        let short = raw.count > 60 ? start + "…" : start
        return node.kind == .string ? "\"\(short)\"" : short
    }
}
