/// What a record is compared with: the memory of a ``ShapeTrie`` and nothing else of it, so that it goes in registers.
@safe
struct ShapeWalk {
    let steps: UnsafePointer<ShapeStep>
    let words: UnsafePointer<UInt64>
    /// Where it notes at which place the bytes of each step began.
    let starts: UnsafeMutablePointer<Int>
    let first: Int

    /// Puts a record on the tape if it has one of the shapes: its scalar values only; for the rest see ``ShapeTrie/name(_:_:)``.
    ///
    /// - Parameters:
    ///   - text: exactly the record. Sixteen bytes behind it can be read.
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
        var depth = 0
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
                if start == text.count {
                    unsafe starts[depth] = place
                    return unsafe Int(step.pointee.shape)
                }
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
            unsafe starts[depth] = place
            place = end
            depth &+= 1
            number = unsafe Int(step.pointee.child)
        }
        return -1
    }

    @inline(__always)
    private func isSame(
        _ step: UnsafePointer<ShapeStep>, _ text: UnsafePointer<UInt8>
    ) -> Bool {
        var raw = unsafe UnsafeRawPointer(text)
        var word = unsafe words + Int(step.pointee.firstWord)
        var left = unsafe step.pointee.length
        while left > 16 {
            let low = unsafe ShapeWalk.load(raw, 0) ^ word[0]
            let high = unsafe ShapeWalk.load(raw, 8) ^ word[1]
            if low | high != 0 { return false }
            unsafe raw += 16
            unsafe word += 2
            left &-= 16
        }
        let low = unsafe (ShapeWalk.load(raw, 0) ^ word[0]) & word[2]
        let high = unsafe (ShapeWalk.load(raw, 8) ^ word[1]) & word[3]
        return low | high == 0
    }

    @inline(__always)
    private static func load(_ text: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        unsafe UInt64(littleEndian: text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
