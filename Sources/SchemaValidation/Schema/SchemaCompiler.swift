import UsageModel

/// Turns schema documents into a plan.
///
/// Subschemas get their index when something first refers to them and are compiled one after the other from a list, so
/// that schemas may refer to themselves.
struct SchemaCompiler {
    var plan = SchemaPlan()
    var library = SchemaLibrary()
    private var indices: [SchemaPlace: Int] = [:]
    private var places: [Int: SchemaPlace] = [:]
    private var waiting: [Int] = []
    private var patternIndices: [ByteString: Int] = [:]
    /// The names of dynamic anchors that a `$dynamicRef` asks for.
    private var dynamicNames: [ByteString] = []

    init() {
        for (kinds, location) in [(UInt8(0x7F), "true"), (UInt8(0), "false")] {
            plan.nodes.append(SchemaNode(kinds: kinds))
            plan.locations.append(location)
        }
    }

    mutating func compile(
        _ text: [UInt8], name: String, documents: [(uri: String, text: [UInt8])]
    ) throws(SchemaError) -> Int {
        for document in documents { library.offer(document.text, uri: document.uri) }
        let place = try library.add(text, name: name, uri: [])
        switch library.sources[place.document].document.kind(place.value) {
        case .object, .true, .false: break
        default: throw library.error(at: place, "a schema is an object, true or false")
        }
        let root = node(for: place)
        // All of the document, so that a mistake shows even where nothing leads yet.
        for place in library.resourceOf.keys.sorted(by: { $0.value < $1.value }) { _ = node(for: place) }
        try compileWaiting()
        try addDynamicAnchors()
        try checkLoops()
        return root
    }

    /// The index of a subschema's node, which is compiled later if it is not yet.
    mutating func node(for place: SchemaPlace) -> Int {
        switch library.sources[place.document].document.kind(place.value) {
        case .true: return SchemaNode.anything
        case .false: return SchemaNode.nothing
        default: break
        }
        if let known = indices[place] { return known }
        let index = plan.nodes.count
        indices[place] = index
        places[index] = place
        plan.nodes.append(SchemaNode(resource: UInt32(library.resourceOf[place] ?? 0)))
        plan.locations.append("\(library.sources[place.document].name)#\(library.pointer(to: place))")
        waiting.append(index)
        return index
    }

    private mutating func compileWaiting() throws(SchemaError) {
        while let index = waiting.popLast() {
            guard let place = places[index] else { continue }
            let resource = library.resources[Int(plan.nodes[index].resource)]
            let keywords = SchemaKeywords(of: place, in: library, vocabularies: resource.vocabularies)
            guard keywords.document.kind(place.value) == .object else {
                throw library.error(at: place, "must be a schema: an object, true or false")
            }
            var instructions: [SchemaInstruction] = []
            var node = plan.nodes[index]
            try compile(keywords, into: &node, &instructions)
            plan.nodes[index] = node
            install(instructions, in: index)
        }
    }

    private mutating func install(_ instructions: [SchemaInstruction], in index: Int) {
        plan.nodes[index].first = UInt32(plan.instructions.count)
        func append(_ section: SchemaInstruction.Section) -> UInt32 {
            plan.instructions += instructions.filter { $0.section == section }
            return UInt32(plan.instructions.count)
        }
        plan.nodes[index].anyEnd = append(.any)
        plan.nodes[index].numberEnd = append(.number)
        plan.nodes[index].stringEnd = append(.string)
        plan.nodes[index].arrayEnd = append(.array)
        plan.nodes[index].objectEnd = append(.object)
        plan.nodes[index].lastEnd = append(.last)
    }

    // MARK: Parts of the plan

    mutating func addWords(_ words: [UInt32]) -> UInt32 {
        plan.words += words
        return UInt32(plan.words.count - words.count)
    }

    mutating func addBytes(_ bytes: [UInt8]) -> UInt32 {
        plan.bytes += bytes
        return UInt32(plan.bytes.count - bytes.count)
    }

    mutating func addNodes(_ places: [SchemaPlace]) -> UInt32 {
        let nodes = places.map { UInt32(node(for: $0)) }
        return addWords(nodes)
    }

    /// Copies a value with all below it to the literals and returns its index there.
    mutating func addLiteral(_ value: Int, of document: JSONDocument) -> UInt32 {
        let first = plan.literals.count
        unsafe document.withTape { tape, _ in
            let range = document.range(value)
            let base = Int(addBytes(Array(document.bytes[range])))
            for index in value..<Int(tape[value].next) {
                var node = tape[index]
                node.start = UInt32(Int(node.start) - range.lowerBound + base)
                node.end = UInt32(Int(node.end) - range.lowerBound + base)
                node.next = UInt32(Int(node.next) - value + first)
                plan.literals.append(node)
            }
        }
        return UInt32(first)
    }

    mutating func addPattern(_ source: [UInt8], at place: SchemaPlace) throws(SchemaError) -> UInt32 {
        if let known = patternIndices[ByteString(source)] { return UInt32(known) }
        do {
            plan.patterns.append(try CompiledPattern(source))
        } catch {
            throw library.error(at: place, "is no regular expression: \(error.message)")
        }
        patternIndices[ByteString(source)] = plan.patterns.count - 1
        return UInt32(plan.patterns.count - 1)
    }

    // MARK: Dynamic anchors

    /// The number of a dynamic anchor's name.
    mutating func dynamicName(_ name: ByteString) -> UInt32 {
        if let known = dynamicNames.firstIndex(of: name) { return UInt32(known) }
        dynamicNames.append(name)
        return UInt32(dynamicNames.count - 1)
    }

    /// Compiles every anchor that a `$dynamicRef` may come to, which may bring further names.
    private mutating func addDynamicAnchors() throws(SchemaError) {
        var words: [UInt32] = []
        var known = -1
        while words.count != known {
            known = words.count
            words = []
            for (number, name) in dynamicNames.enumerated() {
                for anchor in library.dynamicAnchors(named: name) {
                    words += [UInt32(number), UInt32(anchor.resource), UInt32(node(for: anchor.place))]
                }
            }
            try compileWaiting()
        }
        plan.firstAnchor = Int(addWords(words))
        plan.anchorCount = words.count / 3
        plan.usesDynamicScope = !words.isEmpty
    }

    // MARK: Loops

    /// A schema that applies itself to the same value would never end.
    private func checkLoops() throws(SchemaError) {
        enum State { case fresh, open, done }
        var states = [State](repeating: .fresh, count: plan.nodes.count)
        for start in plan.nodes.indices where states[start] == .fresh {
            var path = [(node: start, left: inPlace(start))]
            states[start] = .open
            while let top = path.last {
                guard let next = top.left.last else {
                    states[top.node] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].left.removeLast()
                if states[next] == .open, let place = places[next] {
                    throw library.error(at: place, "applies itself to the same value for ever")
                }
                if states[next] == .fresh {
                    states[next] = .open
                    path.append((next, inPlace(next)))
                }
            }
        }
    }

    /// The nodes that a node applies to its own value. Where `$dynamicRef` leads shows only at run time.
    private func inPlace(_ index: Int) -> [Int] {
        let node = plan.nodes[index]
        return plan.instructions[Int(node.first)..<Int(node.lastEnd)].flatMap { instruction -> [Int] in
            switch instruction.operation {
            case .reference, .not: return [Int(instruction.first)]
            case .condition: return [instruction.first, instruction.second, instruction.third].map(Int.init)
            case .allOf, .anyOf, .oneOf:
                return plan.words[Int(instruction.first)..<Int(instruction.first + instruction.second)].map(Int.init)
            case .members:
                let table = plan.tables[Int(instruction.first)]
                return (0..<Int(table.dependentCount)).map {
                    Int(plan.words[Int(table.firstDependent) + 2 * $0 + 1])
                }
            default: return []
            }
        }
    }
}
