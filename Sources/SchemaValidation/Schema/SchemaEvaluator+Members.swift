extension SchemaEvaluator {
    /// Walks the members once and then asks which keys were there.
    mutating func members(
        _ table: MemberTable, _ schema: Int, _ value: Int, _ marks: Int, _ view: SchemaView
    ) -> Bool {
        let present = bits.reserve(Int(table.tracked + 63) >> 6, filledWith: 0)
        defer { bits.truncate(to: present) }
        let end = Int(view.record[value].next)
        var key = value + 1
        var position = 0
        var isValid = true
        // The first 64 keys that matter, which are nearly always all, are kept at hand.
        var firstPresent: UInt64 = 0
        while key < end {
            if table.names != 0, !evaluate(Int(table.names), key, -1, view) {
                if !isExplaining { return false }
                isValid = false
            }
            let found = slot(of: view.record[key], table, view)
            var passes: Bool
            if found >= 0 {
                let bit = view.slot(found).bit
                if bit >= 64 {
                    mark(Int(bit), in: present)
                } else if bit >= 0 {
                    firstPresent |= 1 &<< UInt64(truncatingIfNeeded: bit)
                }
                passes = member(key, at: position, view.slot(found), schema, marks, view)
            } else {
                passes = unnamedMember(key, at: position, table, schema, marks, view)
            }
            if !passes {
                if !isExplaining { return false }
                isValid = false
            }
            key = Int(view.record[key + 1].next)
            position += 1
        }
        if table.tracked == 0 { return isValid }
        bits[present] |= firstPresent
        if !required(table, present, schema, value) {
            if !isExplaining { return false }
            isValid = false
        }
        if table.dependencyCount | table.dependentCount == 0 { return isValid }
        return dependencies(table, present, schema, value, marks, view) && isValid
    }

    private mutating func required(_ table: MemberTable, _ present: Int, _ schema: Int, _ value: Int) -> Bool {
        if table.required < 64, bits[present] & (1 << UInt64(table.required) - 1) == 1 << UInt64(table.required) - 1 {
            return true
        }
        var isValid = true
        for bit in 0..<Int(table.required) where !isPresent(bit, present) {
            if !isExplaining { return false }
            isValid = fail(.required, schema, value, detail: bit)
        }
        return isValid
    }

    @inline(__always)
    private func isPresent(_ bit: Int, _ present: Int) -> Bool {
        bits[present + bit >> 6] >> UInt64(bit & 63) & 1 == 1
    }

    @inline(__always)
    private mutating func member(
        _ key: Int, at position: Int, _ slot: MemberSlot, _ schema: Int, _ marks: Int, _ view: SchemaView
    ) -> Bool {
        if marks >= 0, slot.isEvaluated { mark(position, in: marks) }
        if slot.nodeCount == 0 { return true }
        if slot.isUnknown { return fail(.additionalProperties, schema, key) }
        if slot.nodeCount == 1 { return evaluateInline(Int(slot.firstNode), key + 1, -1, view) }
        var isValid = true
        for index in Int(slot.firstNode)..<Int(slot.firstNode) + Int(slot.nodeCount)
        where !evaluate(view.word(index), key + 1, -1, view) {
            if !isExplaining { return false }
            isValid = false
        }
        return isValid
    }

    @inline(__always)
    private mutating func slot(of key: JSONNode, _ table: MemberTable, _ view: SchemaView) -> Int {
        if !key.hasEscapes {
            return unsafe view.slot(of: view.record.text, start: Int(key.start), count: key.length, in: table)
        }
        let start = bytes.count
        defer { bytes.truncate(to: start) }
        let meaning = unsafe meaning(of: key, view)
        return unsafe view.slot(of: meaning, start: 0, count: meaning.count, in: table)
    }

    /// A member that the schema does not name: by pattern, else by `additionalProperties`.
    private mutating func unnamedMember(
        _ key: Int, at position: Int, _ table: MemberTable, _ schema: Int, _ marks: Int, _ view: SchemaView
    ) -> Bool {
        var isMatched = false
        var isValid = true
        for index in 0..<Int(table.patternCount) {
            let words = Int(table.firstPattern) + 2 * index
            switch matches(view.word(words), key, view) {
            case .noMatch: continue
            case .tooLong: return stop(.patternProperties, schema, key, detail: view.word(words))
            case .match: isMatched = true
            }
            if !evaluate(view.word(words + 1), key + 1, -1, view) {
                if !isExplaining { return false }
                isValid = false
            }
        }
        if marks >= 0, isMatched || table.hasAdditional { mark(position, in: marks) }
        if isMatched || table.additional == 0 { return isValid }
        if table.additional == UInt32(SchemaNode.nothing) { return fail(.additionalProperties, schema, key) }
        return evaluate(Int(table.additional), key + 1, -1, view)
    }

    private mutating func dependencies(
        _ table: MemberTable, _ present: Int, _ schema: Int, _ value: Int, _ marks: Int, _ view: SchemaView
    ) -> Bool {
        var isValid = true
        for index in 0..<Int(table.dependencyCount) {
            let words = Int(table.firstDependency) + 2 * index
            guard isPresent(view.word(words), present), !isPresent(view.word(words + 1), present) else { continue }
            if !isExplaining { return false }
            isValid = fail(.dependentRequired, schema, value, detail: words)
        }
        for index in 0..<Int(table.dependentCount) {
            let words = Int(table.firstDependent) + 2 * index
            guard isPresent(view.word(words), present), !evaluate(view.word(words + 1), value, marks, view) else {
                continue
            }
            if !isExplaining { return false }
            isValid = false
        }
        return isValid
    }

    mutating func unevaluatedProperties(
        _ rest: Int, _ schema: Int, _ value: Int, _ marks: Int, _ view: SchemaView
    ) -> Bool {
        guard view.record[value].kind == .object else { return true }
        let end = Int(view.record[value].next)
        var key = value + 1
        var position = 0
        var isValid = true
        while key < end {
            if !isPresent(position, marks) {
                let passes =
                    rest == SchemaNode.nothing
                    ? fail(.unevaluatedProperties, schema, key) : evaluate(rest, key + 1, -1, view)
                if !passes {
                    if !isExplaining { return false }
                    isValid = false
                }
                mark(position, in: marks)
            }
            key = Int(view.record[key + 1].next)
            position += 1
        }
        return isValid
    }
}
