import UsageModel

/// Puts the trees of a ``PointerForest`` together, at start-up.
struct PointerForestBuilder {
    /// A place that pointers lead through or end at: what goes on from here, and the pointers that end.
    private(set) var nodes: [(branches: Range<Int>, slots: Range<Int>)] = []
    private(set) var branches: [(name: [UInt8], node: Int)] = []
    private(set) var slots: [Int] = []

    /// Adds a tree.
    /// - Returns: its root.
    mutating func add(_ pointers: [JSONPointer]) -> Int {
        let root = nodes.count
        // Breadth first, so that the branches of a node lie together.
        var waiting: [(depth: Int, pointers: [Int])] = [(0, Array(pointers.indices))]
        var next = 0
        while next < waiting.count {
            let (depth, members) = waiting[next]
            next += 1
            let firstSlot = slots.count
            let firstBranch = branches.count
            slots += members.filter { pointers[$0].tokens.count == depth }
            for member in members where pointers[member].tokens.count > depth {
                let name = pointers[member].tokens[depth].bytes
                if let known = branches[firstBranch...].firstIndex(where: { $0.name == name }) {
                    waiting[branches[known].node - root].pointers.append(member)
                } else {
                    branches.append((name, root + waiting.count))
                    waiting.append((depth + 1, [member]))
                }
            }
            nodes.append((firstBranch..<branches.count, firstSlot..<slots.count))
        }
        return root
    }

    /// A token as an index of an array: digits without a leading zero (RFC 6901, section 4); -1 for any other.
    static func element(_ token: [UInt8]) -> Int {
        guard !token.isEmpty, token.count <= 9, token.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            token.count == 1 || token[0] != 0x30
        else { return -1 }
        return token.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
