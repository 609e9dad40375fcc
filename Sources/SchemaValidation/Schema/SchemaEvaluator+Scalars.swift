extension SchemaEvaluator {
    mutating func isListed(
        _ instruction: SchemaInstruction, _ schema: Int, _ value: Int, _ view: SchemaView
    ) -> Bool {
        if instruction.operation == .const {
            return view.record.isEqual(value, to: Int(instruction.first), of: view.literals)
                || fail(.const, schema, value, detail: Int(instruction.first))
        }
        let first = Int(instruction.first)
        for index in first..<first + Int(instruction.second)
        where view.record.isEqual(value, to: view.word(index), of: view.literals) {
            return true
        }
        return fail(.enum, schema, value)
    }

    mutating func isInLimit(
        _ instruction: SchemaInstruction, _ schema: Int, _ value: Int, _ view: SchemaView
    ) -> Bool {
        let number = view.record[value]
        let order: Int
        if instruction.hasInteger,
            let found = unsafe DecimalText.order(of: view.record.raw(number), to: instruction.integer)
        {
            order = found
        } else {
            order = view.record.decimal(value).compared(with: view.literals.decimal(Int(instruction.first)))
        }
        let detail = Int(instruction.first)
        return switch instruction.operation {
        case .minimum: order >= 0 || fail(.minimum, schema, value, detail: detail)
        case .maximum: order <= 0 || fail(.maximum, schema, value, detail: detail)
        case .exclusiveMinimum: order > 0 || fail(.exclusiveMinimum, schema, value, detail: detail)
        default: order < 0 || fail(.exclusiveMaximum, schema, value, detail: detail)
        }
    }

    mutating func isMultiple(
        _ instruction: SchemaInstruction, _ schema: Int, _ value: Int, _ view: SchemaView
    ) -> Bool {
        let number = view.record[value]
        if instruction.hasInteger, number.isPlainInteger,
            let integer = unsafe DecimalText.smallInteger(view.record.raw(number))
        {
            return integer % instruction.integer == 0
                || fail(.multipleOf, schema, value, detail: Int(instruction.first))
        }
        return view.record.decimal(value).isMultiple(of: view.literals.decimal(Int(instruction.first)))
            || fail(.multipleOf, schema, value, detail: Int(instruction.first))
    }

    /// Counts the code points of a string whose number of bytes does not decide.
    @inline(never)
    mutating func hasLength(_ schema: Int, _ value: Int, _ view: SchemaView) -> Bool {
        var points = 0
        unsafe JSONEscape.forEachByte(of: view.record.raw(view.record[value])) { byte in
            points += byte & 0xC0 == 0x80 ? 0 : 1
            return true
        }
        let node = view.node(schema)
        if points < Int(node.shortest) { return fail(.minLength, schema, value, detail: points) }
        return points <= Int(node.longest) || fail(.maxLength, schema, value, detail: points)
    }

    mutating func hasFormat(
        _ instruction: SchemaInstruction, _ schema: Int, _ value: Int, _ view: SchemaView
    ) -> Bool {
        guard let format = StringFormat(rawValue: UInt8(truncatingIfNeeded: instruction.first)) else { return true }
        let string = view.record[value]
        let start = bytes.count
        defer { bytes.truncate(to: start) }
        return unsafe format.accepts(meaning(of: string, view))
            || fail(.format, schema, value, detail: Int(instruction.first))
    }

    mutating func hasPattern(
        _ instruction: SchemaInstruction, _ schema: Int, _ value: Int, _ view: SchemaView
    ) -> Bool {
        switch matches(Int(instruction.first), value, view) {
        case .match: true
        case .noMatch: fail(.pattern, schema, value, detail: Int(instruction.first))
        case .tooLong: stop(.pattern, schema, value, detail: Int(instruction.first))
        }
    }

    mutating func matches(_ pattern: Int, _ string: Int, _ view: SchemaView) -> PatternMatcher.Outcome {
        // After one pattern that took too long no other may: the record fails anyway.
        if fault != nil { return .noMatch }
        let start = bytes.count
        defer { bytes.truncate(to: start) }
        let text = unsafe meaning(of: view.record[string], view)
        return unsafe matcher.match(view.pattern(pattern), text)
    }

    /// The bytes that a string means: those of the record, or a copy without escapes on top of ``bytes``.
    @inline(__always)
    mutating func meaning(of string: JSONNode, _ view: SchemaView) -> UnsafeBufferPointer<UInt8> {
        let raw = unsafe view.record.raw(string)
        if !string.hasEscapes { return unsafe raw }
        let start = bytes.count
        unsafe JSONEscape.forEachByte(of: raw) { byte in
            bytes.append(byte)
            return true
        }
        return unsafe bytes.suffix(from: start)
    }
}
