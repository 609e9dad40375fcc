/// Runs compiled schemas over records: the memory of one worker, kept from record to record.
struct SchemaEvaluator: ~Copyable {
    /// How many subschemas may be at work inside one another: instances are at most 128 deep, and a schema that
    /// applies itself to the same value through `$dynamicRef` must end. All of them take less than 2 MiB of stack.
    static let maximumDepth = 1_024
    /// How many failures are noted down.
    static let maximumFailures = 200

    /// Which members or elements were evaluated, and which keys are there: a stack of bit sets.
    var bits = ScratchStack<UInt64>()
    /// Strings whose escapes had to be undone.
    var bytes = ScratchStack<UInt8>()
    /// The resources of the dynamic scope, outermost first.
    var scope = ScratchStack<UInt32>()
    var matcher = PatternMatcher()
    var depth = 0
    /// Whether failures are noted down, and all of them looked for.
    var isExplaining = false
    var failures: [SchemaFailure] = []
    /// A limit that was reached; then the record fails whatever the schema would make of it.
    var fault: SchemaFailure?

    init() {}

    /// Whether a value keeps the schema. No allocation once the scratch memory has grown.
    mutating func accepts(
        _ schema: CompiledSchema, _ tape: borrowing JSONTape, node: Int, text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        unsafe schema.plan.withView(of: tape, text) { view in
            fault = nil
            return evaluate(schema.root, node, -1, view) && fault == nil
        }
    }

    /// Notes that a value fails a keyword; false, for the caller to return.
    @inline(__always)
    mutating func fail(_ keyword: SchemaKeyword, _ schema: Int, _ value: Int, detail: Int = 0) -> Bool {
        if isExplaining { note(keyword, schema, value, detail) }
        return false
    }

    @inline(never)
    private mutating func note(_ keyword: SchemaKeyword, _ schema: Int, _ value: Int, _ detail: Int) {
        if failures.count >= SchemaEvaluator.maximumFailures { return }
        failures.append(SchemaFailure(keyword: keyword, node: schema, instance: value, detail: detail))
    }

    @inline(never)
    mutating func stop(_ keyword: SchemaKeyword, _ schema: Int, _ value: Int, detail: Int = 0) -> Bool {
        if fault == nil {
            fault = SchemaFailure(keyword: keyword, node: schema, instance: value, detail: detail)
        }
        return false
    }

    /// Applies a subschema to a value. What it evaluates is added to the bit set at `marks`, unless that is -1.
    mutating func evaluate(_ schema: Int, _ value: Int, _ marks: Int, _ view: SchemaView) -> Bool {
        evaluateInline(schema, value, marks, view)
    }

    /// The same where it is worth its place: most members of an event need no more than their type and their length.
    @inline(__always)
    mutating func evaluateInline(_ schema: Int, _ value: Int, _ marks: Int, _ view: SchemaView) -> Bool {
        if schema <= SchemaNode.nothing {
            return schema == SchemaNode.anything || fail(.nothing, schema, value)
        }
        let node = view.node(schema)
        let instance = view.record[value]
        let kind = instance.tag & 7
        if UInt32(node.kinds) &>> kind & 1 == 0 { return fail(.type, schema, value) }
        var isValid = true
        if kind == UInt32(JSONNode.Kind.string.rawValue) {
            // A string of n bytes without escapes has at most n and at least n / 4 code points.
            let isClear =
                instance.tag & 8 == 0 && (instance.length &+ 3) &>> 2 >= Int(node.shortest)
                && instance.length <= Int(node.longest)
            let isFree = node.shortest == 0 && node.longest == .max
            isValid = isClear || isFree || hasLength(schema, value, view)
            if !isValid && !isExplaining { return false }
        } else if node.onlyIntegers, kind == UInt32(JSONNode.Kind.number.rawValue), !instance.isPlainInteger,
            !view.record.decimal(value).isInteger
        {
            return fail(.type, schema, value)
        }
        if node.first == node.lastEnd { return isValid }
        return apply(schema, value, marks, view) && isValid
    }

    /// The instructions of a subschema.
    @inline(never)
    private mutating func apply(_ schema: Int, _ value: Int, _ marks: Int, _ view: SchemaView) -> Bool {
        if depth >= SchemaEvaluator.maximumDepth { return stop(.depth, schema, value) }
        depth += 1
        defer { depth -= 1 }
        let node = view.node(schema)
        if view.usesDynamicScope || node.tracksItems || node.tracksProperties {
            return evaluateInScope(node, schema, value, marks, view)
        }
        return runSections(node, schema, value, marks, view)
    }

    private mutating func evaluateInScope(
        _ node: SchemaNode, _ schema: Int, _ value: Int, _ marks: Int, _ view: SchemaView
    ) -> Bool {
        let outer = scope.count
        if outer == 0 || scope[outer - 1] != node.resource { scope.append(node.resource) }
        defer { scope.truncate(to: outer) }
        let instance = view.record[value]
        let isTracked =
            (node.tracksProperties && instance.kind == .object) || (node.tracksItems && instance.kind == .array)
        guard isTracked else { return runSections(node, schema, value, marks, view) }
        let words = (instance.count + 63) >> 6
        let own = bits.reserve(words, filledWith: 0)
        defer { bits.truncate(to: own) }
        guard runSections(node, schema, value, own, view) else { return false }
        if marks >= 0 { merge(own, into: marks, words: words) }
        return true
    }

    mutating func merge(_ own: Int, into marks: Int, words: Int) {
        for word in 0..<words { bits[marks + word] |= bits[own + word] }
    }

    mutating func mark(_ position: Int, in marks: Int) {
        bits[marks + position >> 6] |= 1 << UInt64(position & 63)
    }

    /// The instructions for the value's kind, then those for every kind, then what needs to know what they evaluated.
    @inline(__always)
    private mutating func runSections(
        _ node: SchemaNode, _ schema: Int, _ value: Int, _ marks: Int, _ view: SchemaView
    ) -> Bool {
        let own =
            switch view.record[value].kind {
            case .number: node.anyEnd..<node.numberEnd
            case .string: node.numberEnd..<node.stringEnd
            case .array: node.stringEnd..<node.arrayEnd
            case .object: node.arrayEnd..<node.objectEnd
            case .null, .true, .false: node.first..<node.first
            }
        var isValid = run(own, schema, value, marks, view)
        if !isValid && !isExplaining { return false }
        if !run(node.first..<node.anyEnd, schema, value, marks, view) { isValid = false }
        return isValid && run(node.objectEnd..<node.lastEnd, schema, value, marks, view)
    }

    @inline(__always)
    private mutating func run(
        _ range: Range<UInt32>, _ schema: Int, _ value: Int, _ marks: Int, _ view: SchemaView
    ) -> Bool {
        var isValid = true
        for index in range {
            if execute(view.instruction(Int(index)), schema, value, marks, view) { continue }
            if !isExplaining { return false }
            isValid = false
        }
        return isValid
    }

    mutating func execute(
        _ instruction: SchemaInstruction, _ schema: Int, _ value: Int, _ marks: Int, _ view: SchemaView
    ) -> Bool {
        switch instruction.operation {
        case .const, .enumeration:
            isListed(instruction, schema, value, view)
        case .reference:
            evaluate(Int(instruction.first), value, marks, view)
        case .dynamicReference:
            evaluate(dynamicTarget(of: instruction, view), value, marks, view)
        case .allOf:
            allOf(instruction, value, marks, view)
        case .anyOf:
            anyOf(instruction, schema, value, marks, view)
        case .oneOf:
            oneOf(instruction, schema, value, marks, view)
        case .not:
            isNot(instruction, schema, value, view)
        case .condition:
            condition(instruction, value, marks, view)
        case .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum:
            isInLimit(instruction, schema, value, view)
        case .multipleOf:
            isMultiple(instruction, schema, value, view)
        case .pattern:
            hasPattern(instruction, schema, value, view)
        case .format:
            hasFormat(instruction, schema, value, view)
        case .minItems:
            view.record[value].count >= Int(instruction.first)
                || fail(.minItems, schema, value, detail: Int(instruction.first))
        case .maxItems:
            view.record[value].count <= Int(instruction.first)
                || fail(.maxItems, schema, value, detail: Int(instruction.first))
        case .uniqueItems:
            isUnique(schema, value, view)
        case .items:
            items(instruction, value, marks, view)
        case .contains:
            contains(instruction, schema, value, marks, view)
        case .minProperties:
            view.record[value].count >= Int(instruction.first)
                || fail(.minProperties, schema, value, detail: Int(instruction.first))
        case .maxProperties:
            view.record[value].count <= Int(instruction.first)
                || fail(.maxProperties, schema, value, detail: Int(instruction.first))
        case .members:
            members(view.table(instruction.first), schema, value, marks, view)
        case .unevaluatedItems:
            unevaluatedItems(Int(instruction.first), schema, value, marks, view)
        case .unevaluatedProperties:
            unevaluatedProperties(Int(instruction.first), schema, value, marks, view)
        }
    }
}
