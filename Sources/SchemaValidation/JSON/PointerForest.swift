import UsageModel

/// Sets of JSON Pointers (RFC 6901), each found in one walk over a tape.
///
/// Pointers with a common beginning share it, so each set is a tree. A name that leads to a pointer must be alone in
/// its object: which of two equal names is meant is open (RFC 8259, section 4), and what is billed may not depend on
/// luck.
@safe
struct PointerForest: ~Copyable {
    private struct Node {
        var firstBranch: Int32
        var branchCount: Int32
        var firstSlot: Int32
        var slotCount: Int32
    }

    private struct Branch {
        /// The name's first eight bytes, as ``JSONName`` has them.
        var word: UInt64
        /// Where the name lies in `names`.
        var name: Int32
        var length: Int32
        /// The token as an array's index; -1 when it is none.
        var element: Int32
        var node: Int32
        /// The number of the walk that last came through here.
        var walk: UInt32
    }

    private let nodes: UnsafeMutableBufferPointer<Node>
    private let branches: UnsafeMutableBufferPointer<Branch>
    private let slots: UnsafeMutableBufferPointer<Int32>
    private let names: UnsafeMutableBufferPointer<UInt8>
    private let places: UnsafeMutableBufferPointer<Int32>
    /// Each tree's root, the node of `data` where nothing else goes on from the root (else -1), and how many pointers
    /// the tree has.
    private let roots: [(node: Int, data: Int, pointers: Int)]
    private var walk: UInt32 = 0

    /// One tree for each list; a pointer is known by its index in its list.
    init(_ lists: [[JSONPointer]]) {
        var builder = PointerForestBuilder()
        roots = lists.map { pointers in
            let root = builder.add(pointers)
            let node = builder.nodes[root]
            let isData =
                node.slots.isEmpty && node.branches.count == 1
                && builder.branches[node.branches.lowerBound].name == Array("data".utf8)
            return (root, isData ? builder.branches[node.branches.lowerBound].node : -1, pointers.count)
        }
        unsafe nodes = PointerForest.store(
            builder.nodes.map {
                Node(
                    firstBranch: Int32($0.branches.lowerBound), branchCount: Int32($0.branches.count),
                    firstSlot: Int32($0.slots.lowerBound), slotCount: Int32($0.slots.count))
            })
        var names: [UInt8] = []
        var branches: [Branch] = []
        for branch in builder.branches {
            branches.append(
                Branch(
                    word: JSONName.word(branch.name), name: Int32(names.count), length: Int32(branch.name.count),
                    element: Int32(PointerForestBuilder.element(branch.name)), node: Int32(branch.node), walk: 0))
            names += branch.name
        }
        unsafe self.branches = PointerForest.store(branches)
        unsafe self.names = PointerForest.store(names)
        unsafe slots = PointerForest.store(builder.slots.map(Int32.init))
        unsafe places = PointerForest.store([Int32](repeating: -1, count: lists.map(\.count).max() ?? 0))
    }

    deinit {
        unsafe nodes.deallocate()
        unsafe branches.deallocate()
        unsafe slots.deallocate()
        unsafe names.deallocate()
        unsafe places.deallocate()
    }

    /// The index on the tape of what a pointer of the last tree leads to; -1 when the text has no such value.
    @inline(__always)
    func place(_ pointer: Int) -> Int {
        let count = unsafe places.count
        precondition(pointer >= 0 && pointer < count, "no such pointer")
        return unsafe Int(places[pointer])
    }

    /// Finds the pointers of one tree in the text of this tape; see ``place(_:)``.
    ///
    /// - Parameter data: the index of the value of the root's only member `data`; -1 when it has none. Most trees lie
    ///   in it, and then the root need not be looked through again.
    /// - Returns: the index of a name that stands twice in its object; -1 when there is none.
    @inline(__always)
    mutating func locate(
        _ tree: Int, on tape: UnsafeBufferPointer<JSONNode>, in text: UnsafeBufferPointer<UInt8>, data: Int
    ) -> Int {
        let root = begin(tree)
        if root.data < 0 { return unsafe visit(root.node, at: 0, tape, text) }
        return data < 0 ? -1 : unsafe visit(root.data, at: data, tape, text)
    }

    /// The same in a text whose root was not looked through before.
    @inline(__always)
    mutating func locate(
        _ tree: Int, on tape: UnsafeBufferPointer<JSONNode>, in text: UnsafeBufferPointer<UInt8>
    ) -> Int {
        let root = begin(tree)
        return unsafe visit(root.node, at: 0, tape, text)
    }

    /// Forgets the last walk and begins one through this tree.
    @inline(__always)
    private mutating func begin(_ tree: Int) -> (node: Int, data: Int, pointers: Int) {
        let root = roots[tree]
        for index in 0..<root.pointers { unsafe places[index] = -1 }
        walk &+= 1
        if walk == 0 {
            for index in unsafe 0..<branches.count { unsafe branches[index].walk = 0 }
            walk = 1
        }
        return root
    }

    private func visit(
        _ number: Int, at value: Int, _ tape: UnsafeBufferPointer<JSONNode>, _ text: UnsafeBufferPointer<UInt8>
    ) -> Int {
        let node = unsafe nodes[number]
        for slot in node.firstSlot..<node.firstSlot &+ node.slotCount {
            unsafe places[Int(slots[Int(slot)])] = Int32(truncatingIfNeeded: value)
        }
        if node.branchCount == 0 { return -1 }
        let kind = unsafe tape[value].kind
        if kind == .object { return unsafe visitMembers(node, of: value, tape, text) }
        if kind == .array { return unsafe visitElements(node, of: value, tape, text) }
        return -1
    }

    private func visitMembers(
        _ node: Node, of object: Int, _ tape: UnsafeBufferPointer<JSONNode>, _ text: UnsafeBufferPointer<UInt8>
    ) -> Int {
        let end = unsafe Int(tape[object].next)
        var index = object + 1
        while index < end {
            let key = unsafe tape[index]
            let word = unsafe JSONName.word(text, from: Int(key.start), length: key.length)
            var number = Int(node.firstBranch)
            let stop = number &+ Int(node.branchCount)
            while number < stop, unsafe !matches(branches[number], key, word, text) { number &+= 1 }
            if number < stop {
                if unsafe branches[number].walk == walk { return index }
                unsafe branches[number].walk = walk
                let child = unsafe nodes[Int(branches[number].node)]
                if child.branchCount == 0 {
                    for slot in child.firstSlot..<child.firstSlot &+ child.slotCount {
                        unsafe places[Int(slots[Int(slot)])] = Int32(truncatingIfNeeded: index + 1)
                    }
                } else {
                    let twice = unsafe visit(Int(branches[number].node), at: index + 1, tape, text)
                    if twice >= 0 { return twice }
                }
            }
            index = unsafe Int(tape[index + 1].next)
        }
        return -1
    }

    private func visitElements(
        _ node: Node, of array: Int, _ tape: UnsafeBufferPointer<JSONNode>, _ text: UnsafeBufferPointer<UInt8>
    ) -> Int {
        let elements = unsafe tape[array].count
        for number in Int(node.firstBranch)..<Int(node.firstBranch + node.branchCount) {
            let branch = unsafe branches[number]
            if branch.element < 0 || branch.element >= elements { continue }
            var index = array + 1
            for _ in 0..<branch.element { index = unsafe Int(tape[index].next) }
            let twice = unsafe visit(Int(branch.node), at: index, tape, text)
            if twice >= 0 { return twice }
        }
        return -1
    }

    @inline(__always)
    private func matches(
        _ branch: Branch, _ key: JSONNode, _ word: UInt64, _ text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        if !key.hasEscapes {
            guard branch.word == word, Int(branch.length) == key.length else { return false }
            if key.length <= 8 { return true }
        }
        let name = unsafe UnsafeBufferPointer(
            rebasing: UnsafeBufferPointer(names)[Int(branch.name)..<Int(branch.name + branch.length)])
        return unsafe key.equals(name, in: text)
    }

    private static func store<Element>(_ elements: [Element]) -> UnsafeMutableBufferPointer<Element> {
        let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
        _ = unsafe memory.initialize(fromContentsOf: elements)
        return unsafe memory
    }
}
