/// Random schemas and instances as JSON text, small enough that both answers come about.
struct SchemaGenerator {
    var random: SplitMix64

    private let keys = ["a", "b", "aa", "key-of-more-than-sixteen", "eightkey", "\\u0061b"]
    private let scalars = [
        "null", "true", "false", "0", "1", "1.0", "-2", "2.5", "10", "\"\"", "\"a\"", "\"\\u0061\"", "\"äb\"",
    ]

    private mutating func pick(_ list: [String]) -> String { list.randomElement(using: &random) ?? "null" }
    private mutating func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &random) == 0 }
    private mutating func count(_ most: Int) -> Int { Int.random(in: 0...most, using: &random) }

    private mutating func list(_ least: Int, _ most: Int, _ element: (inout SchemaGenerator) -> String) -> String {
        let parts = (0..<Int.random(in: least...most, using: &random)).map { _ in element(&self) }
        return "[\(parts.joined(separator: ","))]"
    }

    private mutating func map(_ keys: [String], _ value: (inout SchemaGenerator) -> String) -> String {
        let chosen = keys.shuffled(using: &random).prefix(count(keys.count))
        return "{" + chosen.map { "\"\($0)\": \(value(&self))" }.joined(separator: ", ") + "}"
    }

    mutating func instance(depth: Int = 3) -> String {
        switch depth > 0 ? count(5) : 0 {
        case 0, 1: pick(scalars)
        case 2, 3: list(0, 4) { $0.instance(depth: depth - 1) }
        default: map(keys) { $0.instance(depth: depth - 1) }
        }
    }

    /// A whole schema with definitions that lie beside it; they refer to one another only below a step into the value.
    mutating func schema() -> String {
        let definitions = ["x", "y"].map { "\"\($0)\": \(schema(depth: 2, mayRefer: false))" }
        let body = schema(depth: 3, mayRefer: true)
        guard body.hasPrefix("{") else { return body }
        return "{\"$defs\": {\(definitions.joined(separator: ", "))}" + (body == "{}" ? "}" : ", " + body.dropFirst())
    }

    private mutating func schema(depth: Int, mayRefer: Bool) -> String {
        if chance(8) { return pick(["true", "false"]) }
        var keywords: [String] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) { keywords.append(keyword(depth, mayRefer)) }
        var seen: Set<Substring> = []
        let distinct = keywords.joined(separator: "\n").split(separator: "\n").filter {
            seen.insert($0.prefix { $0 != ":" }).inserted
        }
        return "{\(distinct.joined(separator: ", "))}"
    }

    /// One keyword, or several lines of keywords that belong together.
    private mutating func keyword(_ depth: Int, _ mayRefer: Bool) -> String {
        if depth == 0 || chance(3) { return assertion() }
        func below(_ generator: inout SchemaGenerator) -> String {
            generator.schema(depth: depth - 1, mayRefer: mayRefer)
        }
        switch count(17) {
        case 0: return "\"properties\": \(map(keys, below))"
        case 1: return "\"patternProperties\": \(map(["^a", "^", "^key"], below))"
        case 2: return "\"additionalProperties\": \(below(&self))"
        case 3: return "\"properties\": \(map(keys, below))\n\"unevaluatedProperties\": \(below(&self))"
        case 4: return "\"propertyNames\": \(below(&self))"
        case 5: return "\"items\": \(below(&self))"
        case 6: return "\"prefixItems\": \(list(1, 3, below))"
        case 7: return "\"prefixItems\": \(list(1, 2, below))\n\"unevaluatedItems\": \(below(&self))"
        case 8: return "\"contains\": \(below(&self))\n\"minContains\": \(count(2))\n\"maxContains\": \(1 + count(3))"
        case 9: return "\"contains\": \(below(&self))\n\"unevaluatedItems\": \(below(&self))"
        case 10: return "\"allOf\": \(list(1, 2, below))"
        case 11: return "\"anyOf\": \(list(1, 3, below))\n\"unevaluatedProperties\": \(below(&self))"
        case 12: return "\"oneOf\": \(list(1, 3, below))"
        case 13: return "\"not\": \(below(&self))"
        case 14:
            return
                "\"if\": \(below(&self))\n\"then\": \(below(&self))\n\"else\": \(below(&self))\n\"unevaluatedItems\": false"
        case 15: return "\"dependentSchemas\": \(map(keys, below))\n\"unevaluatedProperties\": false"
        case 16 where mayRefer:
            return "\"$ref\": \(pick(["\"#/$defs/x\"", "\"#/$defs/y\""]))\n\"unevaluatedProperties\": false"
        default: return mayRefer ? "\"properties\": {\"a\": {\"$ref\": \"#\"}}" : assertion()
        }
    }

    private mutating func assertion() -> String {
        let types = ["null", "boolean", "integer", "number", "string", "array", "object"].map { "\"\($0)\"" }
        switch count(13) {
        case 0, 1: return "\"type\": \(pick(types))"
        case 2: return "\"type\": [\(types.shuffled(using: &random).prefix(3).joined(separator: ","))]"
        case 3: return "\"const\": \(instance(depth: 1))"
        case 4: return "\"enum\": \(list(0, 4) { $0.instance(depth: 2) })"
        case 5:
            return
                "\"\(pick(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]))\": \(pick(["0", "1", "2.5", "-2"]))"
        case 6: return "\"multipleOf\": \(pick(["1", "0.5", "2", "2.5"]))"
        case 7:
            return
                "\"\(pick(["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"]))\": \(count(3))"
        case 8: return "\"uniqueItems\": true"
        case 9: return "\"dependentRequired\": {\"\(pick(keys))\": [\"\(pick(keys))\"]}"
        default: return "\"required\": [\"\(pick(keys))\"]"
        }
    }
}
