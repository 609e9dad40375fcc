import UsageModel

/// A tree that was signed: how many leaves, and the root over them.
struct SignedTree: Sendable, Hashable {
    var size: UInt64
    var root: Digest256

    /// How a tree that was derived up to this size, or as far as the ledger goes, contradicts what was signed; `nil`
    /// when it does not.
    func contradiction(by edge: TileEdge) -> String? {
        precondition(edge.size <= size, "it is compared at the size that was signed")
        if edge.size < size {
            return "it was signed over \(size) statements, but the segments have \(edge.size): history was cut"
        }
        if edge.root != root {
            return "the segments give another root for its \(size) statements: history was rewritten"
        }
        return nil
    }
}
