/// What a record is compared with: the memory of a ``ShapeTrie`` and nothing else of it, so that it goes in registers.
@safe
struct ShapeWalk {
    let steps: UnsafePointer<ShapeStep>
    let words: UnsafePointer<UInt64>
    let first: Int

    /// Puts a record on the tape if it has one of the shapes: its scalar values only; for the rest see ``ShapeTrie/name(_:_:)``.
    ///
    /// - Parameters:
    ///   - text: exactly the record. Thirty-two bytes behind it can be read.
    ///   - nodes: room for as many as the trie says.
    /// - Returns: the number of the shape; -1 when it matches none.
    /// - Complexity: O(bytes of the record · steps that stand in one place).
    @inline(never)
    func match(_ text: UnsafeBufferPointer<UInt8>, into nodes: UnsafeMutablePointer<JSONNode>) -> Int {
        guard first >= 0, let bytes = text.baseAddress else { return -1 }
        let values = unsafe ShapeValue(text: bytes, count: text.count)
        // Where the value before ends.
        var place = 0
        var number = first
        while number >= 0 {
            let step = unsafe steps + number
            let start = unsafe place &+ Int(step.pointee.length)
            guard start <= text.count, unsafe isSame(step, bytes + place) else {
                number = unsafe Int(step.pointee.sibling)
                continue
            }
            var isInteger = true
            let end: Int
            switch unsafe step.pointee.behind {
            case .string:
                end = values.string(from: start)
            case .number:
                end = values.number(from: start, isInteger: &isInteger)
            case .end:
                if start == text.count { return unsafe Int(step.pointee.shape) }
                end = -1
            case .true, .false, .null:
                end = unsafe values.word(step.pointee.behind, from: start)
            }
            if end < 0 {
                number = unsafe Int(step.pointee.sibling)
                continue
            }
            var node = unsafe JSONNode(start: start, end: end, step.pointee.node)
            if !isInteger { node.tag |= JSONNode.flag }
            unsafe nodes[Int(step.pointee.index)] = node
            place = end
            number = unsafe Int(step.pointee.child)
        }
        return -1
    }

    /// Whether the bytes of a step stand at a place. There is one branch for all of them, as mostly they do.
    @inline(__always)
    private func isSame(_ step: UnsafePointer<ShapeStep>, _ text: UnsafePointer<UInt8>) -> Bool {
        var text = unsafe UnsafeRawPointer(text)
        var word = unsafe UnsafeRawPointer(words + Int(step.pointee.firstWord))
        var left = unsafe step.pointee.length
        var difference = SIMD2<UInt64>.zero
        while left > 16 {
            unsafe difference |= ShapeWalk.load(text) ^ ShapeWalk.load(word)
            unsafe text += 16
            unsafe word += 16
            left &-= 16
        }
        unsafe difference |= (ShapeWalk.load(text) ^ ShapeWalk.load(word)) & ShapeWalk.load(word + 16)
        return difference == .zero
    }

    /// Two words, of texts and of steps alike.
    @inline(__always)
    private static func load(_ bytes: UnsafeRawPointer) -> SIMD2<UInt64> {
        unsafe bytes.loadUnaligned(as: SIMD2<UInt64>.self)
    }
}
