extension JSONTree {
    /// Whether two values are equal as JSON Schema has it (core, section 4.2.2): numbers by value, strings by their
    /// characters, objects whatever the order of their members.
    ///
    /// O(size) but for objects of many members in different orders, which are sorted.
    func isEqual(_ index: Int, to other: Int, of tree: JSONTree) -> Bool {
        let left = self[index]
        let right = tree[other]
        guard left.tag & 7 == right.tag & 7 else { return false }
        switch left.kind {
        case .null, .true, .false: return true
        case .number:
            if left.isPlainInteger, right.isPlainInteger, let mine = unsafe DecimalText.smallInteger(raw(left)),
                let its = unsafe DecimalText.smallInteger(tree.raw(right))
            {
                return mine == its
            }
            return decimal(index).compared(with: tree.decimal(other)) == 0
        case .string: return isEqualString(left, index, right, other, of: tree)
        case .array:
            guard left.count == right.count else { return false }
            var mine = index + 1
            var its = other + 1
            while mine < Int(left.next) {
                if !isEqual(mine, to: its, of: tree) { return false }
                mine = Int(self[mine].next)
                its = Int(tree[its].next)
            }
            return true
        case .object:
            guard left.count == right.count else { return false }
            if left.count > 16 { return isEqualSorted(index, to: other, of: tree) }
            return isEqualObject(index, to: other, of: tree)
        }
    }

    @inline(__always)
    func isEqualString(
        _ left: JSONNode, _ index: Int, _ right: JSONNode, _ other: Int, of tree: JSONTree
    ) -> Bool {
        if !left.hasEscapes && !right.hasEscapes {
            if left.length != right.length { return false }
            let mine = unsafe raw(left)
            let its = unsafe tree.raw(right)
            for index in 0..<left.length where unsafe mine[index] != its[index] { return false }
            return true
        }
        if !right.hasEscapes { return unsafe left.equals(tree.raw(right), in: text) }
        if !left.hasEscapes { return unsafe right.equals(raw(left), in: tree.text) }
        return unescaped(index) == tree.unescaped(other)
    }

    private func isEqualObject(_ index: Int, to other: Int, of tree: JSONTree) -> Bool {
        var key = index + 1
        while key < Int(self[index].next) {
            var its = other + 1
            while true {
                if its >= Int(tree[other].next) { return false }
                if isEqualString(self[key], key, tree[its], its, of: tree) { break }
                its = Int(tree[its + 1].next)
            }
            if !isEqual(key + 1, to: its + 1, of: tree) { return false }
            key = Int(self[key + 1].next)
        }
        return true
    }

    private func sortedMembers(_ object: Int) -> [(key: [UInt8], value: Int)] {
        var members: [(key: [UInt8], value: Int)] = []
        var key = object + 1
        while key < Int(self[object].next) {
            members.append((unescaped(key), key + 1))
            key = Int(self[key + 1].next)
        }
        return members.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    }

    private func isEqualSorted(_ index: Int, to other: Int, of tree: JSONTree) -> Bool {
        let mine = sortedMembers(index)
        let its = tree.sortedMembers(other)
        for (left, right) in zip(mine, its)
        where left.key != right.key || !isEqual(left.value, to: right.value, of: tree) {
            return false
        }
        return true
    }

    // MARK: Hashes

    /// A hash that is the same for equal values.
    func hash(_ index: Int, seed: UInt64) -> UInt64 {
        let node = self[index]
        let kind = JSONTree.mix(seed, UInt64(node.tag & 7))
        switch node.kind {
        case .null, .true, .false: return kind
        case .number: return decimal(index).hash(seed: kind)
        case .string:
            var state = kind
            unsafe JSONEscape.forEachByte(of: raw(node)) { byte in
                state = JSONTree.mix(state, UInt64(byte))
                return true
            }
            return state
        case .array:
            var state = kind
            var element = index + 1
            while element < Int(node.next) {
                state = JSONTree.mix(state, hash(element, seed: seed))
                element = Int(self[element].next)
            }
            return state
        case .object:
            var sum = kind
            var key = index + 1
            while key < Int(node.next) {
                sum &+= JSONTree.mix(hash(key, seed: seed), hash(key + 1, seed: seed))
                key = Int(self[key + 1].next)
            }
            return sum
        }
    }

    static func mix(_ state: UInt64, _ word: UInt64) -> UInt64 {
        let product = (state ^ word ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low &+ state.rotatedLeft
    }
}

extension UInt64 {
    fileprivate var rotatedLeft: UInt64 { self << 27 | self >> 37 }
}

extension DecimalText {
    /// A hash that is the same for equal numbers.
    func hash(seed: UInt64) -> UInt64 {
        if isZero { return JSONTree.mix(seed, 0) }
        var state = JSONTree.mix(seed, UInt64(bitPattern: Int64(leading)) ^ (isNegative ? 1 << 63 : 0))
        forEachDigit { state = JSONTree.mix(state, UInt64($0)) }
        return state
    }
}
