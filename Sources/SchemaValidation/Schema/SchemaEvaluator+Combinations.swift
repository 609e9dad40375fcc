extension SchemaEvaluator {
    /// Applies a subschema whose failure does not fail the value: what it evaluated counts only if it passes.
    mutating func branch(_ schema: Int, _ value: Int, _ marks: Int, _ view: SchemaView) -> Bool {
        if marks < 0 { return evaluate(schema, value, -1, view) }
        let words = (view.record[value].count + 63) >> 6
        let own = bits.reserve(words, filledWith: 0)
        defer { bits.truncate(to: own) }
        guard evaluate(schema, value, own, view) else { return false }
        merge(own, into: marks, words: words)
        return true
    }

    /// Applies a subschema as a question: nothing that fails in it is noted.
    mutating func holds(_ schema: Int, _ value: Int, _ marks: Int, _ view: SchemaView) -> Bool {
        let wasExplaining = isExplaining
        isExplaining = false
        defer { isExplaining = wasExplaining }
        return branch(schema, value, marks, view)
    }

    mutating func allOf(
        _ instruction: SchemaInstruction, _ value: Int, _ marks: Int, _ view: SchemaView
    ) -> Bool {
        let first = Int(instruction.first)
        var isValid = true
        for index in first..<first + Int(instruction.second) {
            if evaluate(view.word(index), value, marks, view) { continue }
            if !isExplaining { return false }
            isValid = false
        }
        return isValid
    }

    mutating func anyOf(
        _ instruction: SchemaInstruction, _ schema: Int, _ value: Int, _ marks: Int, _ view: SchemaView
    ) -> Bool {
        let first = Int(instruction.first)
        let noted = failures.count
        var bounds: [Int] = []
        var isValid = false
        for index in first..<first + Int(instruction.second) {
            if branch(view.word(index), value, marks, view) {
                isValid = true
                // Every branch that passes counts for what was evaluated.
                if marks < 0 { break }
            }
            if isExplaining { bounds.append(failures.count) }
        }
        if isExplaining {
            if isValid {
                failures.removeLast(failures.count - noted)
            } else {
                keepNearest(from: noted, bounds: bounds, .anyOf, schema, value)
            }
        }
        return isValid
    }

    mutating func oneOf(
        _ instruction: SchemaInstruction, _ schema: Int, _ value: Int, _ marks: Int, _ view: SchemaView
    ) -> Bool {
        let first = Int(instruction.first)
        let noted = failures.count
        var bounds: [Int] = []
        var passed = 0
        for index in first..<first + Int(instruction.second) {
            if branch(view.word(index), value, marks, view) {
                passed += 1
                if passed == 2 { break }
            }
            if isExplaining { bounds.append(failures.count) }
        }
        if isExplaining {
            if passed == 0 {
                keepNearest(from: noted, bounds: bounds, .oneOf, schema, value)
            } else {
                failures.removeLast(failures.count - noted)
                if passed == 2 { _ = fail(.oneOf, schema, value, detail: 2) }
            }
        }
        return passed == 1
    }

    /// Of the failures of several branches keeps those of the one that was meant, where that is clear: the only one
    /// that the value does not fail as a whole. Otherwise there is one failure for all.
    private mutating func keepNearest(
        from noted: Int, bounds: [Int], _ keyword: SchemaKeyword, _ schema: Int, _ value: Int
    ) {
        var near: [Range<Int>] = []
        var start = noted
        for end in bounds {
            let isFar = failures[start..<end].contains { failure in
                guard failure.instance == value else { return false }
                return failure.keyword == .type || failure.keyword == .const || failure.keyword == .enum
                    || failure.keyword == .nothing
            }
            if !isFar { near.append(start..<end) }
            start = end
        }
        let kept = near.count == 1 ? near.flatMap { failures[$0] } : []
        failures.removeLast(failures.count - noted)
        failures += kept
        if kept.isEmpty { _ = fail(keyword, schema, value) }
    }

    mutating func isNot(
        _ instruction: SchemaInstruction, _ schema: Int, _ value: Int, _ view: SchemaView
    ) -> Bool {
        !holds(Int(instruction.first), value, -1, view) || fail(.not, schema, value)
    }

    mutating func condition(
        _ instruction: SchemaInstruction, _ value: Int, _ marks: Int, _ view: SchemaView
    ) -> Bool {
        let isHeld = holds(Int(instruction.first), value, marks, view)
        return evaluate(Int(isHeld ? instruction.second : instruction.third), value, marks, view)
    }

    /// The outermost resource of the dynamic scope that has the anchor decides (core, section 8.2.3.2).
    func dynamicTarget(of instruction: SchemaInstruction, _ view: SchemaView) -> Int {
        for position in 0..<scope.count {
            for index in stride(from: view.anchors.lowerBound, to: view.anchors.upperBound, by: 3)
            where view.word(index) == Int(instruction.second) && view.word(index + 1) == Int(scope[position]) {
                return view.word(index + 2)
            }
        }
        return Int(instruction.first)
    }
}
