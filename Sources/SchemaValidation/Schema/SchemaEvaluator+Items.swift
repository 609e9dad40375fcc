extension SchemaEvaluator {
    mutating func items(
        _ instruction: SchemaInstruction, _ value: Int, _ marks: Int, _ view: SchemaView
    ) -> Bool {
        let end = Int(view.record[value].next)
        var element = value + 1
        var position = 0
        var isValid = true
        while element < end {
            let isPrefix = position < Int(instruction.second)
            // Behind the prefix stands 0 for no `items`, or the node + 1.
            if !isPrefix && instruction.third == 0 { break }
            let schema = isPrefix ? view.word(Int(instruction.first) + position) : Int(instruction.third) - 1
            if !evaluate(schema, element, -1, view) {
                if !isExplaining { return false }
                isValid = false
            }
            if marks >= 0 { mark(position, in: marks) }
            element = Int(view.record[element].next)
            position += 1
        }
        return isValid
    }

    mutating func contains(
        _ instruction: SchemaInstruction, _ schema: Int, _ value: Int, _ marks: Int, _ view: SchemaView
    ) -> Bool {
        let end = Int(view.record[value].next)
        var element = value + 1
        var position = 0
        var found: UInt32 = 0
        while element < end {
            if holds(Int(instruction.first), element, -1, view) {
                found += 1
                if marks >= 0 { mark(position, in: marks) }
                // Enough is enough, unless there is a maximum or somebody wants to know which.
                if marks < 0, instruction.third == .max, found >= instruction.second { return true }
            }
            element = Int(view.record[element].next)
            position += 1
        }
        if found < instruction.second {
            let keyword = instruction.second == 1 ? SchemaKeyword.contains : .minContains
            return fail(keyword, schema, value, detail: Int(instruction.second))
        }
        return found <= instruction.third || fail(.maxContains, schema, value, detail: Int(instruction.third))
    }

    mutating func unevaluatedItems(
        _ rest: Int, _ schema: Int, _ value: Int, _ marks: Int, _ view: SchemaView
    ) -> Bool {
        guard view.record[value].kind == .array else { return true }
        let end = Int(view.record[value].next)
        var element = value + 1
        var position = 0
        var isValid = true
        while element < end {
            if bits[marks + position >> 6] >> UInt64(position & 63) & 1 == 0 {
                let passes =
                    rest == SchemaNode.nothing
                    ? fail(.unevaluatedItems, schema, element) : evaluate(rest, element, -1, view)
                if !passes {
                    if !isExplaining { return false }
                    isValid = false
                }
                mark(position, in: marks)
            }
            element = Int(view.record[element].next)
            position += 1
        }
        return isValid
    }

    /// Few elements are compared with one another; many are put into a table by their hash, under a seed that differs
    /// from run to run, so that nobody can choose elements that collide.
    mutating func isUnique(_ schema: Int, _ value: Int, _ view: SchemaView) -> Bool {
        let array = view.record[value]
        if array.count < 2 { return true }
        if array.count > 12 { return isUniqueByHash(schema, value, view) }
        var element = value + 1
        while element < Int(array.next) {
            var other = Int(view.record[element].next)
            while other < Int(array.next) {
                if view.record.isEqual(element, to: other, of: view.record) {
                    return fail(.uniqueItems, schema, value, detail: other)
                }
                other = Int(view.record[other].next)
            }
            element = Int(view.record[element].next)
        }
        return true
    }

    private mutating func isUniqueByHash(_ schema: Int, _ value: Int, _ view: SchemaView) -> Bool {
        let array = view.record[value]
        var size = 32
        while size < array.count * 2 { size *= 2 }
        // Two words for each place: the hash, and the element's index, 0 for none.
        let table = bits.reserve(size * 2, filledWith: 0)
        defer { bits.truncate(to: table) }
        var element = value + 1
        while element < Int(array.next) {
            let hash = view.record.hash(element, seed: SchemaEvaluator.seed)
            var place = Int(truncatingIfNeeded: hash) & (size - 1)
            while case let other = Int(bits[table + place * 2 + 1]), other != 0 {
                if bits[table + place * 2] == hash, view.record.isEqual(element, to: other, of: view.record) {
                    return fail(.uniqueItems, schema, value, detail: element)
                }
                place = (place + 1) & (size - 1)
            }
            bits[table + place * 2] = hash
            bits[table + place * 2 + 1] = UInt64(element)
            element = Int(view.record[element].next)
        }
        return true
    }

    /// Decides only how fast a table is, never a result.
    private static let seed = UInt64.random(in: .min ... .max)
}
