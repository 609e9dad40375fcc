extension ShapeTrie {
    /// Takes in the shape of a record that was parsed.
    ///
    /// - Parameter text: the record, in which no backslash stands.
    /// - Returns: the number of the shape; `nil` when there is no room for it.
    mutating func learn(
        _ tape: UnsafeBufferPointer<JSONNode>, _ text: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        guard isLearning, tape.count <= ShapeTrie.maximumValues * 4 else { return nil }
        looks += 1
        let outline = unsafe ShapeOutline(tape, text, constants: fixed)
        guard outline.values.count <= ShapeTrie.maximumValues, text.count <= ShapeTrie.maximumBytes else { return nil }
        var parent = -1
        for number in 0...outline.values.count {
            let step = unsafe self.step(number, of: outline, tape, text)
            guard let place = insert(step, under: parent) else { return nil }
            parent = place
        }
        if steps[parent].shape >= 0 { return Int(steps[parent].shape) }
        steps[parent].shape = Int32(shapes.count)
        let firstContainer = containers.count
        for container in outline.containers {
            let node = unsafe tape[container.node]
            containers.append(
                RecordShape.Container(
                    node: container.node, rest: node.rest,
                    start: outline.place(node.start, inStep: container.startStep),
                    end: outline.place(node.end, inStep: container.endStep)))
        }
        let firstName = names.count
        for name in outline.names {
            let node = unsafe tape[name.node]
            names.append(
                RecordShape.Name(
                    node: name.node, start: outline.place(node.start, inStep: name.step), length: node.length))
        }
        let firstConstant = constants.count
        for constant in outline.constants {
            let node = unsafe tape[constant.node]
            constants.append(
                RecordShape.Constant(
                    node: constant.node, rest: node.rest, start: outline.place(node.start, inStep: constant.step),
                    length: node.length))
        }
        shapes.append(
            RecordShape(
                names: ScratchRange(firstName..<names.count),
                constants: ScratchRange(firstConstant..<constants.count),
                containers: ScratchRange(firstContainer..<containers.count), nodeCount: tape.count))
        maximumNodes = max(maximumNodes, tape.count)
        return shapes.count - 1
    }

    /// A step of a record, its bytes at the end of the trie's.
    private mutating func step(
        _ number: Int, of outline: ShapeOutline, _ tape: UnsafeBufferPointer<JSONNode>,
        _ text: UnsafeBufferPointer<UInt8>
    ) -> ShapeStep {
        let start = outline.start(ofStep: number)
        let isLast = number == outline.values.count
        let behind = isLast ? .end : outline.values[number].behind
        let end = isLast ? text.count : outline.values[number].start
        let firstWord = words.count
        for offset in stride(from: start, to: start + (end - start + 15) / 16 * 16, by: 8) {
            var word: UInt64 = 0
            for index in offset..<max(offset, min(offset + 8, end)) {
                word |= unsafe UInt64(text[index]) << UInt64((index - offset) * 8)
            }
            words.append(word)
        }
        let rest = (end - start - 1) % 16 + 1
        words.append(rest >= 8 ? .max : 1 << UInt64(rest * 8) - 1)
        words.append(rest == 16 ? .max : rest > 8 ? 1 << UInt64((rest - 8) * 8) - 1 : 0)
        let node = isLast ? 0 : outline.values[number].node
        var plain = unsafe tape[node].rest
        // Whether a number has a fraction is looked at each time.
        if behind == .number { plain.tag = JSONNode(.number, start: 0, end: 0, next: 0).tag }
        return ShapeStep(
            firstWord: UInt32(firstWord), length: UInt32(end - start), node: plain, index: UInt32(node),
            behind: behind)
    }

    /// Puts a step under another, or finds that it is there.
    private mutating func insert(_ step: ShapeStep, under parent: Int) -> Int? {
        var last = -1
        var place = parent < 0 ? first : Int(steps[parent].child)
        var count = 0
        // Behind which one it comes, and before which one.
        var (before, after): (Int, Int?) = (-1, nil)
        while place >= 0 {
            if isEqual(steps[place], step) {
                words.truncate(to: Int(step.firstWord))
                return place
            }
            // A constant is looked for before any value in its place.
            if after == nil, isPrefix(steps[place], of: step) { (before, after) = (last, place) }
            (last, place, count) = (place, Int(steps[place].sibling), count + 1)
        }
        // A scalar alone has no bytes before it.
        guard count < ShapeTrie.maximumSiblings, step.length > 0 else {
            words.truncate(to: Int(step.firstWord))
            return nil
        }
        steps.append(step)
        let added = steps.count - 1
        if let after { steps[added].sibling = Int32(after) } else { before = last }
        if before >= 0 {
            steps[before].sibling = Int32(added)
        } else if parent >= 0 {
            steps[parent].child = Int32(added)
        } else {
            first = added
        }
        return added
    }

    /// Whether the bytes of a longer step begin with those of another.
    private func isPrefix(_ one: ShapeStep, of other: ShapeStep) -> Bool {
        func byte(_ index: Int, of step: ShapeStep) -> UInt64 {
            words[Int(step.firstWord) + index / 8] >> UInt64(index % 8 * 8) & 0xFF
        }
        return one.length < other.length
            && (0..<Int(one.length)).allSatisfy { byte($0, of: one) == byte($0, of: other) }
    }

    private func isEqual(_ one: ShapeStep, _ other: ShapeStep) -> Bool {
        guard one.length == other.length, one.behind == other.behind else { return false }
        return (0..<one.wordCount).allSatisfy { words[Int(one.firstWord) + $0] == words[Int(other.firstWord) + $0] }
    }
}
