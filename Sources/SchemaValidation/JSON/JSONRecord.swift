import UsageModel

/// One parsed record while it is turned into a row: its nodes, its text, and where the text lies in the slab.
@safe
struct JSONRecord {
    let nodes: UnsafeBufferPointer<JSONNode>
    let text: UnsafeBufferPointer<UInt8>
    let offset: Int

    @inline(__always)
    init(_ nodes: UnsafeBufferPointer<JSONNode>, in text: UnsafeBufferPointer<UInt8>, at offset: Int) {
        unsafe self.nodes = nodes
        unsafe self.text = text
        self.offset = offset
    }

    /// A value of a record without escapes as a field.
    @inline(__always)
    func plainField(_ index: Int) -> Field {
        let kind = fieldKind(index)
        return kind == .absent ? .absent : Field(slice: plainSlice(index), kind: kind)
    }

    /// Where a value's bytes lie, in a record without escapes.
    @inline(__always)
    func plainSlice(_ index: Int) -> ByteSlice {
        let node = unsafe nodes[index]
        return ByteSlice(offset: offset &+ Int(node.start), length: node.length)
    }

    @inline(__always)
    private func fieldKind(_ index: Int) -> Field.Kind {
        switch unsafe nodes[index].kind {
        case .null: .absent
        case .true, .false: .bool
        case .number: .number
        case .string: .string
        case .array, .object: .composite
        }
    }

    /// A value as a field, text with escapes undone into `unescaped`.
    @inline(__always)
    func field(_ index: Int, _ unescaped: inout [UInt8]) -> Field {
        let kind = fieldKind(index)
        return kind == .absent ? .absent : Field(slice: slice(index, &unescaped), kind: kind)
    }

    /// Where a value's bytes lie: in the slab, or in `unescaped` when it is a string with escapes.
    @inline(__always)
    func slice(_ index: Int, _ unescaped: inout [UInt8]) -> ByteSlice {
        let node = unsafe nodes[index]
        guard node.kind == .string, node.hasEscapes else {
            return ByteSlice(offset: offset + Int(node.start), length: node.length)
        }
        let first = unescaped.count
        unsafe node.appendUnescaped(from: text, to: &unescaped)
        return ByteSlice(offset: first, length: unescaped.count - first, isUnescaped: true)
    }

    /// The refusal of a name that stands twice in its object.
    func duplicate(_ name: Int) -> Refusal {
        let node = unsafe nodes[name]
        let text = unsafe String(decoding: node.unescaped(from: text), as: UTF8.self)
        return Refusal(.malformedJSON, "duplicate key \"\(text)\" at byte \(node.start - 1)")
    }
}
