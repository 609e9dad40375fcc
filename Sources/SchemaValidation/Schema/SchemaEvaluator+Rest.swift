extension SchemaEvaluator {
    /// How deep schemas are looked into; what lies deeper is asked as a whole.
    private static let maximumRestDepth = 32

    /// What a schema asks of every record with the shape of this one, which keeps it: the same names in the same order,
    /// and values of the same kinds.
    ///
    /// Which members there are, which are missing and which are too many, is the same for all of them and was found to be
    /// right. What is left are the values: their lengths, limits, formats and patterns.
    func rest(
        of schema: CompiledSchema, _ tape: borrowing JSONTape, node: Int, text: UnsafeBufferPointer<UInt8>,
        known: KnownValues
    ) -> [SchemaCheck] {
        unsafe schema.plan.withView(of: tape, text) { view in
            var checks: [SchemaCheck] = []
            SchemaEvaluator.collect(schema.root, node, 0, view, known, &checks)
            return checks
        }
    }

    /// Whether a value keeps what is asked of it beyond its shape.
    mutating func accepts(
        _ schema: CompiledSchema, _ tape: borrowing JSONTape, _ check: SchemaCheck, text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        unsafe schema.plan.withView(of: tape, text) { view in
            fault = nil
            let isKept =
                check.instruction < 0
                ? evaluate(check.schema, check.value, -1, view)
                : execute(view.instruction(check.instruction), check.schema, check.value, -1, view)
            return isKept && fault == nil
        }
    }

    private static func collect(
        _ schema: Int, _ value: Int, _ depth: Int, _ view: SchemaView, _ known: KnownValues,
        _ checks: inout [SchemaCheck]
    ) {
        if schema == SchemaNode.anything { return }
        let node = view.node(schema)
        let instance = view.record[value]
        if known.answer(node, value, view) { return }
        let isContainer = instance.kind == .object || instance.kind == .array
        let isTracked = view.usesDynamicScope || node.tracksItems || node.tracksProperties
        guard schema > SchemaNode.nothing, isContainer, !isTracked, depth < maximumRestDepth else {
            let isFree =
                node.first == node.lastEnd && !node.onlyIntegers && node.shortest == 0 && node.longest == .max
                && schema > SchemaNode.nothing
            if !isFree { checks.append(SchemaCheck(schema: schema, instruction: -1, value: value)) }
            return
        }
        let own = instance.kind == .object ? node.arrayEnd..<node.objectEnd : node.stringEnd..<node.arrayEnd
        for range in [own, node.first..<node.anyEnd, node.objectEnd..<node.lastEnd] {
            for index in range {
                let instruction = view.instruction(Int(index))
                switch instruction.operation {
                case .minItems, .maxItems, .minProperties, .maxProperties:
                    continue
                case .reference:
                    collect(Int(instruction.first), value, depth + 1, view, known, &checks)
                case .members where isSettledByNames(view.table(instruction.first)):
                    collectMembers(view.table(instruction.first), value, depth + 1, view, known, &checks)
                default:
                    checks.append(SchemaCheck(schema: schema, instruction: Int(index), value: value))
                }
            }
        }
    }

    /// Whether names alone say which subschemas apply to which members.
    private static func isSettledByNames(_ table: MemberTable) -> Bool {
        table.names == 0 && table.patternCount == 0 && table.dependentCount == 0
    }

    private static func collectMembers(
        _ table: MemberTable, _ object: Int, _ depth: Int, _ view: SchemaView, _ known: KnownValues,
        _ checks: inout [SchemaCheck]
    ) {
        var key = object + 1
        while key < Int(view.record[object].next) {
            let name = view.record[key]
            let found = unsafe view.slot(of: view.record.text, start: Int(name.start), count: name.length, in: table)
            for node in nodes(found, of: table, view) { collect(node, key + 1, depth, view, known, &checks) }
            key = Int(view.record[key + 1].next)
        }
    }

    /// The subschemas for the value of a member, by its slot, which is -1 for one that the table does not name.
    private static func nodes(_ slot: Int, of table: MemberTable, _ view: SchemaView) -> [Int] {
        if slot < 0 { return [Int(table.additional)] }
        let slot = view.slot(slot)
        if slot.nodeCount == 1 { return [Int(slot.firstNode)] }
        return (0..<Int(slot.nodeCount)).map { view.word(Int(slot.firstNode) + $0) }
    }
}
