import UsageModel

/// How far the log is derived: up to which frame, and what tree that gave. Deleting it costs time only.
struct LogState: Sendable, Hashable {
    private static let version = "odometer-log-state/1"

    /// The last frame whose statements are in the tree.
    var mark: SegmentReader.Mark
    var tree: SignedTree

    /// Reads it; `nil` when it is not there or is not one.
    static func read(in directory: LedgerDirectory) throws(LedgerError) -> LogState? {
        guard let bytes = try directory.contents(of: directory.logState) else { return nil }
        return LogState(bytes)
    }

    func write(in directory: LedgerDirectory) throws(LedgerError) {
        let text = """
            \(LogState.version)
            frame \(mark.chain.seq) \(mark.chain.hash) \(mark.segment) \(mark.offset)
            tree \(tree.size) \(tree.root)

            """
        try directory.createBesideWriters("log-state", bytes: Array(text.utf8))
    }

    init(mark: SegmentReader.Mark, tree: SignedTree) {
        self.mark = mark
        self.tree = tree
    }

    private init?(_ bytes: [UInt8]) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 4, lines[0].utf8.elementsEqual(LogState.version.utf8), lines[3].isEmpty else { return nil }
        let frame = lines[1].split(separator: " ")
        let signed = lines[2].split(separator: " ")
        guard frame.count == 5, frame[0] == "frame", signed.count == 3, signed[0] == "tree",
            let seq = UInt64(frame[1]), let hash = Hexadecimal.bytes(frame[2]), hash.count == 32,
            let offset = UInt64(frame[4]), let size = UInt64(signed[1]),
            let root = Hexadecimal.bytes(signed[2]), root.count == 32
        else { return nil }
        mark = SegmentReader.Mark(
            chain: Chain(seq: seq, hash: Digest256(bytes: hash)), segment: String(frame[3]), offset: offset)
        tree = SignedTree(size: size, root: Digest256(bytes: root))
    }
}
