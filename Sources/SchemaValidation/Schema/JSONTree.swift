/// A tape with its text, for reading: a record's or the plan's literals.
@safe
struct JSONTree {
    private let nodes: UnsafeBufferPointer<JSONNode>
    let text: UnsafeBufferPointer<UInt8>

    /// Both must outlive the tree.
    init(nodes: UnsafeBufferPointer<JSONNode>, text: UnsafeBufferPointer<UInt8>) {
        unsafe self.nodes = nodes
        unsafe self.text = text
    }

    @inline(__always)
    subscript(index: Int) -> JSONNode {
        precondition(unsafe index >= 0 && index < nodes.count, "no such value")
        return unsafe nodes[index]
    }

    /// The bytes of a value as they are written; of a string without its quotes.
    @inline(__always)
    func raw(_ node: JSONNode) -> UnsafeBufferPointer<UInt8> {
        precondition(unsafe node.start <= node.end && Int(node.end) <= text.count, "a value lies in its text")
        return unsafe UnsafeBufferPointer(rebasing: text[Int(node.start)..<Int(node.end)])
    }

    func decimal(_ index: Int) -> DecimalText {
        unsafe DecimalText(raw(self[index]))
    }

    func unescaped(_ index: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        unsafe self[index].appendUnescaped(from: text, to: &bytes)
        return bytes
    }
}
