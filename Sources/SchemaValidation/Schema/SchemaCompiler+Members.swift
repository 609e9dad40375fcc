import UsageModel

extension SchemaCompiler {
    /// A key as it is gathered from all keywords that name it.
    private struct Key {
        var name: [UInt8]
        var property: SchemaPlace?
        var bit: Int32 = -1
    }

    private struct Keys {
        var list: [Key] = []
        var tracked: Int32 = 0
        private var indices: [ByteString: Int] = [:]

        /// The index of the key in the list.
        mutating func index(_ name: [UInt8]) -> Int {
            if let known = indices[ByteString(name)] { return known }
            indices[ByteString(name)] = list.count
            list.append(Key(name: name))
            return list.count - 1
        }

        /// The bit of the key's presence.
        mutating func bit(_ name: [UInt8]) -> UInt32 {
            let index = index(name)
            if list[index].bit < 0 {
                list[index].bit = tracked
                tracked += 1
            }
            return UInt32(list[index].bit)
        }
    }

    /// Everything that is said of an object's members, as one table that is walked once with the members.
    mutating func compileMembers(
        _ keywords: SchemaKeywords, _ instructions: inout [SchemaInstruction]
    ) throws(SchemaError) {
        if let limit = try keywords.count("minProperties") {
            instructions.append(SchemaInstruction(operation: .minProperties, first: limit))
        }
        if let limit = try keywords.count("maxProperties") {
            instructions.append(SchemaInstruction(operation: .maxProperties, first: limit))
        }
        var table = MemberTable()
        var keys = Keys()
        // The required keys have the first bits.
        for name in try keywords.strings("required") { _ = keys.bit(name) }
        table.required = UInt32(keys.tracked)
        for (name, _, place) in try keywords.schemaMap("properties") { keys.list[keys.index(name)].property = place }
        try compileDependencies(keywords, into: &table, &keys)
        let patterns = try compilePatterns(keywords, into: &table)
        let additional = try keywords.schema("additionalProperties")
        table.hasAdditional = additional != nil
        table.additional = UInt32(additional.map { node(for: $0) } ?? SchemaNode.anything)
        table.names = UInt32(try keywords.schema("propertyNames").map { node(for: $0) } ?? SchemaNode.anything)
        table.tracked = UInt32(keys.tracked)
        if keys.list.isEmpty && patterns.isEmpty && !table.hasAdditional && table.names == 0 { return }
        let slots = keys.list.map { slot(for: $0, patterns: patterns, table: table) }
        install(slots, in: &table)
        plan.tables.append(table)
        instructions.append(SchemaInstruction(operation: .members, first: UInt32(plan.tables.count - 1)))
    }

    private mutating func compileDependencies(
        _ keywords: SchemaKeywords, into table: inout MemberTable, _ keys: inout Keys
    ) throws(SchemaError) {
        var dependencies: [UInt32] = []
        for (name, value) in try keywords.members("dependentRequired") {
            for needed in try keywords.strings(at: value) { dependencies += [keys.bit(name), keys.bit(needed)] }
        }
        table.firstDependency = addWords(dependencies)
        table.dependencyCount = UInt32(dependencies.count / 2)
        var dependents: [UInt32] = []
        for (name, _, place) in try keywords.schemaMap("dependentSchemas") {
            dependents += [keys.bit(name), UInt32(node(for: place))]
        }
        table.firstDependent = addWords(dependents)
        table.dependentCount = UInt32(dependents.count / 2)
    }

    private mutating func compilePatterns(
        _ keywords: SchemaKeywords, into table: inout MemberTable
    ) throws(SchemaError) -> [(pattern: CompiledPattern, node: UInt32)] {
        var words: [UInt32] = []
        var patterns: [(pattern: CompiledPattern, node: UInt32)] = []
        for (name, value, place) in try keywords.schemaMap("patternProperties") {
            let pattern = try addPattern(name, at: keywords.at(value))
            let node = UInt32(node(for: place))
            words += [pattern, node]
            patterns.append((plan.patterns[Int(pattern)], node))
        }
        table.firstPattern = addWords(words)
        table.patternCount = UInt32(patterns.count)
        return patterns
    }

    /// Which patterns match a key that is known now is found out now, and never again.
    private mutating func slot(
        for key: Key, patterns: [(pattern: CompiledPattern, node: UInt32)], table: MemberTable
    ) -> MemberSlot {
        var nodes: [UInt32] = []
        var slot = MemberSlot()
        if let place = key.property {
            nodes.append(UInt32(node(for: place)))
            slot.isEvaluated = true
        }
        var matcher = PatternMatcher()
        for (pattern, node) in patterns {
            let outcome = unsafe key.name.withUnsafeBufferPointer { unsafe matcher.match(pattern, $0) }
            guard outcome == .match else { continue }
            nodes.append(node)
            slot.isEvaluated = true
        }
        if !slot.isEvaluated, table.hasAdditional {
            nodes.append(table.additional)
            slot.isEvaluated = true
            slot.isUnknown = table.additional == UInt32(SchemaNode.nothing)
        }
        nodes.removeAll { $0 == UInt32(SchemaNode.anything) }
        slot.firstNode = nodes.count == 1 ? nodes[0] : addWords(nodes)
        slot.nodeCount = UInt16(nodes.count)
        slot.bit = key.bit
        slot.offset = addBytes(key.name)
        slot.length = UInt32(key.name.count)
        let hash = SchemaCompiler.hash(key.name)
        slot.prefix = hash.prefix
        slot.suffix = hash.suffix
        return slot
    }

    private static func hash(_ key: [UInt8]) -> KeyHash {
        unsafe key.withUnsafeBufferPointer { unsafe KeyHash($0, start: 0, count: key.count) }
    }

    /// Lays the slots out at twice their number or more, with the multiplier of some that has the fewest collisions.
    private mutating func install(_ slots: [MemberSlot], in table: inout MemberTable) {
        var size = 2
        while size < slots.count * 2 { size *= 2 }
        table.mask = UInt32(size - 1)
        table.firstSlot = UInt32(plan.slots.count)
        let homes = { (multiplier: UInt64, plan: SchemaPlan) in
            slots.map { slot in
                SchemaCompiler.hash(Array(plan.bytes[Int(slot.offset)..<Int(slot.offset + slot.length)]))
                    .slot(multiplier: multiplier, mask: UInt32(size - 1))
            }
        }
        var multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
        var best = (multiplier: multiplier, distinct: -1)
        for _ in 0..<(slots.count < 200 ? 64 : 1) where best.distinct < slots.count {
            let distinct = Set(homes(multiplier, plan)).count
            if distinct > best.distinct { best = (multiplier, distinct) }
            multiplier = multiplier &* 0xD134_2543_DE82_EF95 | 1
        }
        table.multiplier = best.multiplier
        var laid = [MemberSlot](repeating: MemberSlot(), count: size)
        for (slot, home) in zip(slots, homes(best.multiplier, plan)) {
            var index = Int(home)
            while laid[index].length != MemberSlot.empty { index = (index + 1) & (size - 1) }
            laid[index] = slot
        }
        plan.slots += laid
    }
}
