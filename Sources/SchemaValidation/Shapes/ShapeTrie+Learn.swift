extension ShapeTrie {
    /// Takes in the shape of a record that was parsed.
    ///
    /// - Parameters:
    ///   - text: the record, in which no backslash stands.
    ///   - structurals: those of the record alone, as offsets in the text.
    /// - Returns: the number of the shape; `nil` when there is no room for it.
    mutating func learn(
        _ tape: UnsafeBufferPointer<JSONNode>, _ text: UnsafeBufferPointer<UInt8>, structurals: [Int]
    ) -> Int? {
        guard isLearning, tape.count <= ShapeTrie.maximumValues * 4 else { return nil }
        looks += 1
        let outline = unsafe ShapeOutline(tape)
        guard outline.values.count <= ShapeTrie.maximumValues, text.count <= ShapeTrie.maximumBytes else { return nil }
        var parent = -1
        for number in 0...outline.values.count {
            let step = unsafe self.step(number, of: outline, tape, text, structurals)
            guard let place = insert(step, under: parent) else { return nil }
            parent = place
        }
        if steps[parent].shape >= 0 { return steps[parent].shape }
        steps[parent].shape = shapes.count
        let firstContainer = containers.count
        for container in outline.containers {
            let node = unsafe tape[container.node]
            containers.append(
                RecordShape.Container(
                    node: node, index: container.node, startStep: container.startStep,
                    startOffset: Int(node.start) - outline.start(ofStep: container.startStep),
                    endStep: container.endStep, endOffset: Int(node.end) - outline.start(ofStep: container.endStep)))
        }
        let firstName = names.count
        for name in outline.names {
            let node = unsafe tape[name.node]
            names.append(
                RecordShape.Name(
                    node: name.node, step: name.step, offset: Int(node.start) - outline.start(ofStep: name.step),
                    length: node.length))
        }
        shapes.append(
            RecordShape(
                names: firstName..<names.count, containers: firstContainer..<containers.count, nodeCount: tape.count))
        maximumNodes = max(maximumNodes, tape.count)
        return shapes.count - 1
    }

    /// A step of a record, its bytes at the end of the trie's.
    private mutating func step(
        _ number: Int, of outline: ShapeOutline, _ tape: UnsafeBufferPointer<JSONNode>,
        _ text: UnsafeBufferPointer<UInt8>, _ structurals: [Int]
    ) -> ShapeStep {
        let start = outline.start(ofStep: number)
        let isLast = number == outline.values.count
        let behind = isLast ? .end : outline.values[number].behind
        let value = isLast ? text.count : outline.values[number].start
        // The opening quote of a string belongs to the bytes, as the structural character that it is.
        let end = behind == .string ? value + 1 : value
        let own = structurals.filter { $0 >= start && $0 <= value }
        let firstWord = words.count
        for offset in stride(from: start, to: end, by: 8) {
            var word: UInt64 = 0
            for index in offset..<min(offset + 8, end) {
                word |= unsafe UInt64(text[index]) << UInt64((index - offset) * 8)
            }
            words.append(word)
        }
        let rest = (end - start - 1) % 8 + 1
        return ShapeStep(
            firstWord: firstWord, length: end - start, lastMask: rest == 8 ? .max : 1 << UInt64(rest * 8) - 1,
            lead: number == 0 ? 0 : (own.first ?? start) - start, structurals: own.count, behind: behind,
            node: isLast ? 0 : outline.values[number].node)
    }

    /// Puts a step under another, or finds that it is there.
    private mutating func insert(_ step: ShapeStep, under parent: Int) -> Int? {
        var last = -1
        var place = parent < 0 ? first : steps[parent].child
        var count = 0
        while place >= 0 {
            if isEqual(steps[place], step) {
                words.removeLast(words.count - step.firstWord)
                return place
            }
            (last, place, count) = (place, steps[place].sibling, count + 1)
        }
        // A value that stands between no bytes cannot be told from the one before it.
        guard count < ShapeTrie.maximumSiblings, step.length > 0 else { return nil }
        steps.append(step)
        if last >= 0 {
            steps[last].sibling = steps.count - 1
        } else if parent >= 0 {
            steps[parent].child = steps.count - 1
        } else {
            first = steps.count - 1
        }
        return steps.count - 1
    }

    private func isEqual(_ one: ShapeStep, _ other: ShapeStep) -> Bool {
        guard one.length == other.length, one.behind == other.behind else { return false }
        let count = (one.length + 7) / 8
        return words[one.firstWord..<one.firstWord + count] == words[other.firstWord..<other.firstWord + count]
    }
}
