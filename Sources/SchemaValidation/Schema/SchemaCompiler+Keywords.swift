import UsageModel

extension SchemaCompiler {
    /// Compiles one subschema's keywords. The order inside a kind is the order in which they run.
    mutating func compile(
        _ keywords: SchemaKeywords, into node: inout SchemaNode, _ instructions: inout [SchemaInstruction]
    ) throws(SchemaError) {
        try compileType(keywords, into: &node)
        node.shortest = try keywords.count("minLength") ?? 0
        node.longest = try keywords.count("maxLength") ?? .max
        try compileValues(keywords, &instructions)
        try compileNumbers(keywords, &instructions)
        try compileStrings(keywords, &instructions)
        try compileArrays(keywords, &instructions)
        try compileMembers(keywords, &instructions)
        try compileReferences(keywords, in: Int(node.resource), &instructions)
        try compileCombinations(keywords, &instructions)
        if let items = try keywords.schema("unevaluatedItems") {
            node.tracksItems = true
            instructions.append(
                SchemaInstruction(operation: .unevaluatedItems, first: UInt32(self.node(for: items))))
        }
        if let properties = try keywords.schema("unevaluatedProperties") {
            node.tracksProperties = true
            instructions.append(
                SchemaInstruction(operation: .unevaluatedProperties, first: UInt32(self.node(for: properties))))
        }
    }

    private func compileType(_ keywords: SchemaKeywords, into node: inout SchemaNode) throws(SchemaError) {
        guard let value = keywords["type"] else { return }
        let document = keywords.document
        var names: [[UInt8]] = []
        switch document.kind(value) {
        case .string: names = [document.string(value)]
        case .array: names = try keywords.strings(at: value)
        default: throw keywords.error(value, "must be a string or an array of strings")
        }
        if names.isEmpty { throw keywords.error(value, "must name at least one type") }
        var kinds: UInt8 = 0
        var hasNumber = false
        var hasInteger = false
        for name in names {
            switch String(decoding: name, as: UTF8.self) {
            case "null": kinds |= JSONNode.Kind.null.bit
            case "boolean": kinds |= JSONNode.Kind.true.bit | JSONNode.Kind.false.bit
            case "number": hasNumber = true
            case "integer": hasInteger = true
            case "string": kinds |= JSONNode.Kind.string.bit
            case "array": kinds |= JSONNode.Kind.array.bit
            case "object": kinds |= JSONNode.Kind.object.bit
            case let other:
                throw keywords.error(
                    value, "\"\(other)\" is no type; one of null, boolean, integer, number, string, array, object")
            }
        }
        if hasNumber || hasInteger { kinds |= JSONNode.Kind.number.bit }
        node.onlyIntegers = hasInteger && !hasNumber
        node.kinds = kinds
    }

    private mutating func compileValues(
        _ keywords: SchemaKeywords, _ instructions: inout [SchemaInstruction]
    ) throws(SchemaError) {
        if let value = keywords["const"] {
            instructions.append(
                SchemaInstruction(operation: .const, first: addLiteral(value, of: keywords.document)))
        }
        guard let value = keywords["enum"] else { return }
        guard keywords.document.kind(value) == .array else { throw keywords.error(value, "must be an array") }
        let literals = keywords.document.elements(value).map { addLiteral($0, of: keywords.document) }
        instructions.append(
            SchemaInstruction(operation: .enumeration, first: addWords(literals), second: UInt32(literals.count)))
    }

    private mutating func compileNumbers(
        _ keywords: SchemaKeywords, _ instructions: inout [SchemaInstruction]
    ) throws(SchemaError) {
        let limits: [(String, SchemaInstruction.Operation)] = [
            ("minimum", .minimum), ("maximum", .maximum), ("exclusiveMinimum", .exclusiveMinimum),
            ("exclusiveMaximum", .exclusiveMaximum), ("multipleOf", .multipleOf),
        ]
        for (keyword, operation) in limits {
            let found = operation == .multipleOf ? try keywords.positive(keyword) : try keywords.number(keyword)
            guard let value = found else { continue }
            let integer = unsafe keywords.document.text(value).withUnsafeBufferPointer {
                unsafe DecimalText.smallInteger($0)
            }
            instructions.append(
                SchemaInstruction(
                    operation: operation, first: addLiteral(value, of: keywords.document), integer: integer ?? 0,
                    hasInteger: integer != nil))
        }
    }

    private mutating func compileStrings(
        _ keywords: SchemaKeywords, _ instructions: inout [SchemaInstruction]
    ) throws(SchemaError) {
        if let name = try keywords.string("format"), let format = StringFormat(name: name) {
            instructions.append(SchemaInstruction(operation: .format, first: UInt32(format.rawValue)))
        }
        if let source = try keywords.string("pattern"), let value = keywords["pattern"] {
            let pattern = try addPattern(source, at: keywords.at(value))
            instructions.append(SchemaInstruction(operation: .pattern, first: pattern))
        }
    }

    private mutating func compileArrays(
        _ keywords: SchemaKeywords, _ instructions: inout [SchemaInstruction]
    ) throws(SchemaError) {
        if let limit = try keywords.count("minItems") {
            instructions.append(SchemaInstruction(operation: .minItems, first: limit))
        }
        if let limit = try keywords.count("maxItems") {
            instructions.append(SchemaInstruction(operation: .maxItems, first: limit))
        }
        let prefix = try keywords.schemas("prefixItems") ?? []
        let rest = try keywords.schema("items")
        if !prefix.isEmpty || rest != nil {
            // Items that nothing is said of are not evaluated: `third` 0 then, else the node + 1.
            let words = addNodes(prefix)
            let third = rest.map { UInt32(node(for: $0)) + 1 } ?? 0
            instructions.append(
                SchemaInstruction(operation: .items, first: words, second: UInt32(prefix.count), third: third))
        }
        let least = try keywords.count("minContains")
        let most = try keywords.count("maxContains")
        if let contained = try keywords.schema("contains") {
            instructions.append(
                SchemaInstruction(
                    operation: .contains, first: UInt32(node(for: contained)), second: least ?? 1, third: most ?? .max))
        }
        if try keywords.flag("uniqueItems") { instructions.append(SchemaInstruction(operation: .uniqueItems)) }
    }

    private mutating func compileReferences(
        _ keywords: SchemaKeywords, in resource: Int, _ instructions: inout [SchemaInstruction]
    ) throws(SchemaError) {
        if let reference = try keywords.string("$ref"), let value = keywords["$ref"] {
            let target = try library.resolve(reference, at: keywords.at(value), in: resource)
            instructions.append(SchemaInstruction(operation: .reference, first: UInt32(node(for: target.place))))
        }
        if let reference = try keywords.string("$dynamicRef"), let value = keywords["$dynamicRef"] {
            let target = try library.resolve(reference, at: keywords.at(value), in: resource)
            let first = UInt32(node(for: target.place))
            if let name = target.dynamicName {
                instructions.append(
                    SchemaInstruction(operation: .dynamicReference, first: first, second: dynamicName(name)))
            } else {
                instructions.append(SchemaInstruction(operation: .reference, first: first))
            }
        }
    }

    private mutating func compileCombinations(
        _ keywords: SchemaKeywords, _ instructions: inout [SchemaInstruction]
    ) throws(SchemaError) {
        let lists: [(String, SchemaInstruction.Operation)] = [("allOf", .allOf), ("anyOf", .anyOf), ("oneOf", .oneOf)]
        for (keyword, operation) in lists {
            guard let places = try keywords.schemas(keyword) else { continue }
            instructions.append(
                SchemaInstruction(operation: operation, first: addNodes(places), second: UInt32(places.count)))
        }
        if let place = try keywords.schema("not") {
            instructions.append(SchemaInstruction(operation: .not, first: UInt32(node(for: place))))
        }
        let then = try keywords.schema("then")
        let otherwise = try keywords.schema("else")
        if let test = try keywords.schema("if") {
            instructions.append(
                SchemaInstruction(
                    operation: .condition, first: UInt32(node(for: test)),
                    second: UInt32(then.map { node(for: $0) } ?? SchemaNode.anything),
                    third: UInt32(otherwise.map { node(for: $0) } ?? SchemaNode.anything)))
        }
    }
}

extension JSONNode.Kind {
    /// The kind's bit in ``SchemaNode/kinds``.
    var bit: UInt8 { 1 << rawValue }
}
