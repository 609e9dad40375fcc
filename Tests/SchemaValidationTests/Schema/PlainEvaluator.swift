/// JSON Schema as the specification tells it, keyword by keyword over trees and sets: slow, and nothing like the plan.
struct PlainEvaluator {
    let root: PlainValue

    /// What was evaluated of an object and an array; `nil` when the value fails.
    struct Evaluated {
        var keys: Set<String> = []
        var items: Set<Int> = []

        mutating func formUnion(_ other: Evaluated) {
            keys.formUnion(other.keys)
            items.formUnion(other.items)
        }
    }

    func evaluate(_ value: PlainValue, _ schema: PlainValue) -> Evaluated? {
        if case .boolean(let passes) = schema { return passes ? Evaluated() : nil }
        guard keepsAssertions(value, schema) else { return nil }
        var evaluated = Evaluated()
        guard applyInPlace(value, schema, &evaluated), applyToItems(value, schema, &evaluated),
            applyToMembers(value, schema, &evaluated)
        else { return nil }
        return evaluated
    }

    private func holds(_ value: PlainValue, _ schema: PlainValue) -> Bool { evaluate(value, schema) != nil }

    private func keepsAssertions(_ value: PlainValue, _ schema: PlainValue) -> Bool {
        switch schema["type"] {
        case .string(let name): if !value.typeNames.contains(name) { return false }
        case .array(let names):
            if !names.contains(where: { value.typeNames.map(PlainValue.string).contains($0) }) { return false }
        default: break
        }
        if let constant = schema["const"], constant != value { return false }
        if let choices = schema["enum"]?.elements, !choices.contains(value) { return false }
        if case .number(let number) = value {
            if case .number(let limit) = schema["minimum"], number < limit { return false }
            if case .number(let limit) = schema["maximum"], number > limit { return false }
            if case .number(let limit) = schema["exclusiveMinimum"], number <= limit { return false }
            if case .number(let limit) = schema["exclusiveMaximum"], number >= limit { return false }
            if case .number(let divisor) = schema["multipleOf"], number % divisor != 0 { return false }
        }
        if case .string(let string) = value {
            if let limit = schema["minLength"]?.count, string.unicodeScalars.count < limit { return false }
            if let limit = schema["maxLength"]?.count, string.unicodeScalars.count > limit { return false }
        }
        if let elements = value.elements {
            if let limit = schema["minItems"]?.count, elements.count < limit { return false }
            if let limit = schema["maxItems"]?.count, elements.count > limit { return false }
            if schema["uniqueItems"] == .boolean(true) {
                for index in elements.indices where elements[..<index].contains(elements[index]) { return false }
            }
        }
        if let members = value.members {
            if let limit = schema["minProperties"]?.count, members.count < limit { return false }
            if let limit = schema["maxProperties"]?.count, members.count > limit { return false }
            for case .string(let key) in schema["required"]?.elements ?? [] where members[key] == nil { return false }
            for (trigger, needed) in schema["dependentRequired"]?.members ?? [:] where members[trigger] != nil {
                for case .string(let key) in needed.elements ?? [] where members[key] == nil { return false }
            }
        }
        return true
    }

    private func applyInPlace(_ value: PlainValue, _ schema: PlainValue, _ evaluated: inout Evaluated) -> Bool {
        var all = schema["allOf"]?.elements ?? []
        if case .string(let reference) = schema["$ref"], let name = reference.split(separator: "/").last {
            all.append(reference == "#" ? root : root["$defs"]?[String(name)] ?? .boolean(false))
        }
        for (trigger, dependent) in schema["dependentSchemas"]?.members ?? [:] where value[trigger] != nil {
            all.append(dependent)
        }
        if let test = schema["if"] {
            let outcome = evaluate(value, test)
            if let outcome { evaluated.formUnion(outcome) }
            if let next = schema[outcome != nil ? "then" : "else"] { all.append(next) }
        }
        for part in all {
            guard let outcome = evaluate(value, part) else { return false }
            evaluated.formUnion(outcome)
        }
        if let any = schema["anyOf"]?.elements {
            let outcomes = any.compactMap { evaluate(value, $0) }
            if outcomes.isEmpty { return false }
            outcomes.forEach { evaluated.formUnion($0) }
        }
        if let one = schema["oneOf"]?.elements {
            let outcomes = one.compactMap { evaluate(value, $0) }
            if outcomes.count != 1 { return false }
            evaluated.formUnion(outcomes[0])
        }
        if let not = schema["not"], holds(value, not) { return false }
        return true
    }

    private func applyToItems(_ value: PlainValue, _ schema: PlainValue, _ evaluated: inout Evaluated) -> Bool {
        guard let elements = value.elements else { return true }
        let prefix = schema["prefixItems"]?.elements ?? []
        for (index, element) in elements.enumerated() {
            guard let applied = index < prefix.count ? prefix[index] : schema["items"] else { continue }
            if !holds(element, applied) { return false }
            evaluated.items.insert(index)
        }
        if let contained = schema["contains"] {
            let found = elements.indices.filter { holds(elements[$0], contained) }
            if found.count < schema["minContains"]?.count ?? 1 { return false }
            if found.count > schema["maxContains"]?.count ?? .max { return false }
            evaluated.items.formUnion(found)
        }
        guard let rest = schema["unevaluatedItems"] else { return true }
        for index in elements.indices where !evaluated.items.contains(index) {
            if !holds(elements[index], rest) { return false }
        }
        evaluated.items = Set(elements.indices)
        return true
    }

    /// Patterns are `^` and a prefix only.
    private func applyToMembers(_ value: PlainValue, _ schema: PlainValue, _ evaluated: inout Evaluated) -> Bool {
        guard let members = value.members else { return true }
        for (key, member) in members {
            if let names = schema["propertyNames"], !holds(.string(key), names) { return false }
            var applied =
                schema["patternProperties"]?.members?.filter { key.hasPrefix($0.key.dropFirst()) }.map(\.value) ?? []
            if let property = schema["properties"]?[key] { applied.append(property) }
            if applied.isEmpty, let additional = schema["additionalProperties"] { applied.append(additional) }
            if applied.contains(where: { !holds(member, $0) }) { return false }
            if !applied.isEmpty { evaluated.keys.insert(key) }
        }
        guard let rest = schema["unevaluatedProperties"] else { return true }
        for (key, member) in members where !evaluated.keys.contains(key) {
            if !holds(member, rest) { return false }
        }
        evaluated.keys = Set(members.keys)
        return true
    }
}
