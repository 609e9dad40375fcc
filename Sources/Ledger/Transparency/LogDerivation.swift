import UsageModel

/// Derives the log of a ledger from its segments: off the commit path, beside a writer, going on where it stopped.
///
/// The order of what is written makes a crash harmless at any point: full tiles, tiles at the edge, then the checkpoint
/// that needs them, then narrower tiles are removed, then the state. What was not finished is done again, the same.
struct LogDerivation {
    /// How many tiles are written at once.
    private static let batch = 64

    let directory: LedgerDirectory
    let store: any SegmentStore
    let segments: [Segment]
    /// The last frame to take in: the last that is durable and known to the index.
    let last: UInt64

    private var ledger: LedgerID { segments[0].header.ledger }
    private var tiles: TileStore { TileStore(directory: directory) }

    /// Where deriving begins: the tree up to a frame, or before the first.
    private struct Start {
        var mark: SegmentReader.Mark?
        var edge = TileEdge()
    }

    /// Brings the log up to date. One process at a time does; others wait.
    /// - Throws: ``LedgerError/damaged(segment:offset:message:advice:)`` when the segments contradict the checkpoint that
    ///   was signed. Then nothing was changed, and nothing is signed.
    func run() throws(LedgerError) -> (key: LogKey, checkpoint: LogCheckpoint) {
        let lock = try LedgerLock.log(directory)
        defer { _ = lock }
        let key = try LogKey.obtain(in: directory, of: ledger)
        let published = try LogCheckpoint.published(in: directory, by: key)
        let state = try LogState.read(in: directory)
        let start = try start(from: published, state)
        // Where the checkpoint was deleted, the state still tells what was signed.
        if let signed = published?.tree ?? state?.tree { try check(signed, from: start, key: key) }
        return (key, try goOn(from: start, after: published, key: key))
    }

    /// Where the state says, if segments, tiles and checkpoint all agree with it; else the beginning.
    private func start(from published: LogCheckpoint?, _ state: LogState?) throws(LedgerError) -> Start {
        guard let published, let state, state.tree.size <= published.size, try isThere(state.mark),
            let edge = try TileEdge(of: state.tree.size, in: tiles), edge.tree == state.tree,
            edge.size < published.size || edge.tree == published.tree
        else { return Start() }
        return Start(mark: state.mark, edge: edge)
    }

    private func isThere(_ mark: SegmentReader.Mark) throws(LedgerError) -> Bool {
        guard let reader = try SegmentReader.after(mark, of: segments, in: store) else { return false }
        _ = consume reader
        return true
    }

    private func reader(after mark: SegmentReader.Mark?) throws(LedgerError) -> SegmentReader {
        guard let mark else { return try SegmentReader(segments, in: store) }
        guard let reader = try SegmentReader.after(mark, of: segments, in: store) else {
            throw .damage(in: mark.segment, at: mark.offset, "frame \(mark.chain.seq) is not there any more")
        }
        return reader
    }

    /// Checks that the segments still give the tree that was signed, before a tile of it is written again.
    private func check(_ signed: SignedTree, from start: Start, key: LogKey) throws(LedgerError) {
        var edge = start.edge
        var reader = try reader(after: start.mark)
        while edge.size < signed.size, let frame = try reader.entry(upTo: last) {
            for statement in TenantStatement.all(in: frame, of: ledger, key: key) where edge.size < signed.size {
                edge.append(statement.entry)
            }
        }
        if let message = signed.contradiction(by: edge) {
            throw .logDamage(
                "checkpoint", message,
                advice: "restore the segments from a copy that has what was signed; no other checkpoint is signed")
        }
    }

    /// Takes in the frames after the start, and signs what they give.
    private func goOn(
        from start: Start, after published: LogCheckpoint?, key: LogKey
    ) throws(LedgerError) -> LogCheckpoint {
        var (edge, mark) = (start.edge, start.mark)
        var full: [Tile] = []
        var unwritten: [TileBytes] = []
        var reader = try reader(after: start.mark)
        try directory.makeDirectory(directory.log)
        while let frame = try reader.entry(upTo: last) {
            for statement in TenantStatement.all(in: frame, of: ledger, key: key) {
                unwritten += edge.append(statement.entry)
                if unwritten.count < LogDerivation.batch { continue }
                try tiles.write(unwritten)
                full += unwritten.map(\.tile)
                unwritten = []
            }
            mark = SegmentReader.Mark(chain: frame.chain, segment: frame.segment, offset: frame.offset)
        }
        full += unwritten.map(\.tile)
        // From the beginning, the edge is written again too: it may be what was broken.
        if start.mark == nil || edge.size > start.edge.size { unwritten += edge.partials }
        try tiles.write(unwritten)
        let checkpoint = try publish(edge, after: published, key: key)
        for tile in full { try tiles.removePartials(of: tile) }
        if let mark, mark != start.mark {
            try LogState(mark: mark, tree: edge.tree).write(in: directory)
        }
        return checkpoint
    }

    /// Signs the tree, and makes its checkpoint the log's; the one that is there stays where nothing has come to it.
    private func publish(
        _ edge: TileEdge, after published: LogCheckpoint?, key: LogKey
    ) throws(LedgerError) -> LogCheckpoint {
        if let published, published.size == edge.size { return published }
        let checkpoint = try LogCheckpoint(edge.tree, by: key.signer)
        try directory.createAtomically("key.pub", in: directory.log, bytes: Array("\(key.signer.verifier)\n".utf8))
        try directory.createAtomically("checkpoint", in: directory.log, bytes: checkpoint.note)
        return checkpoint
    }
}

extension LogCheckpoint {
    /// The checkpoint that was signed last; `nil` before the first.
    /// - Throws: damage, where what lies there was not signed by the key.
    static func published(in directory: LedgerDirectory, by key: LogKey) throws(LedgerError) -> LogCheckpoint? {
        guard let bytes = try directory.contents(of: directory.checkpoint) else { return nil }
        do {
            return try LogCheckpoint(bytes, signedBy: key.signer.verifier)
        } catch {
            throw .logDamage("checkpoint", error.description, advice: "restore it from a copy")
        }
    }
}
