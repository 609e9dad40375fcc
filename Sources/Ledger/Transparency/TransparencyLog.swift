public import UsageModel

/// The log of a ledger as it is at one checkpoint: gives statements and proves them.
public struct TransparencyLog: Sendable {
    let ledger: LedgerReader
    let segments: [Segment]
    /// The last frame that the log has taken in.
    let last: UInt64
    let key: LogKey
    public let checkpoint: LogCheckpoint

    /// The key that verifies the log's checkpoints; who is to be convinced has it from elsewhere than from the proof.
    public var verifier: NoteVerifier { key.signer.verifier }

    private var tiles: TileStore { TileStore(directory: ledger.directory) }

    /// The statements of a tenant: that of one commit, or all, the oldest first. Empty where the tenant has none.
    /// - Complexity: one frame; all frames of the ledger where no commit is given.
    public func statements(of tenant: ByteString, commit: UInt64? = nil) throws(LedgerError) -> [TenantStatement] {
        if let commit {
            guard commit <= last, let place = try ledger.index.place(ofCommit: commit) else { return [] }
            guard
                let frame = try SegmentReader.entry(
                    in: place.segment, at: place.offset, of: segments, in: ledger.store), frame.seq == commit
            else { throw .damage(in: place.segment, at: place.offset, "commit \(commit) is not there") }
            return statements(of: tenant, in: frame)
        }
        var found: [TenantStatement] = []
        var reader = try SegmentReader(segments, in: ledger.store)
        while let frame = try reader.entry(upTo: last) { found += statements(of: tenant, in: frame) }
        return found
    }

    private func statements(of tenant: ByteString, in frame: LedgerEntry) -> [TenantStatement] {
        TenantStatement.all(in: frame, of: segments[0].header.ledger, key: key, tenant: tenant)
    }

    /// Proofs that statements are in the checkpoint's tree, each checked before it is given.
    /// - Throws: ``LedgerError/damaged(segment:offset:message:advice:)`` where the tiles do not have what the segments say.
    /// - Complexity: the entries of the log, 34 bytes each, are searched once for all statements.
    public func inclusion(of statements: [TenantStatement]) throws(LedgerError) -> [InclusionProof] {
        let places = try places(of: statements)
        var tree = TileTree(size: checkpoint.size, in: tiles)
        var proofs: [InclusionProof] = []
        for statement in statements {
            guard let index = places[statement.entry] else {
                throw .logDamage(
                    "tile/entries", "the statement of commit \(statement.commit) is not in them",
                    advice: "delete log-state, and the tiles are derived again")
            }
            let path = try tree.inclusion(of: index, in: checkpoint.size)
            let root = MerkleProof.root(of: statement.entry.leaf, at: index, in: checkpoint.size, path: path)
            guard root == checkpoint.root else { throw TransparencyLog.wrongTiles }
            proofs.append(InclusionProof(statement: statement, index: index, path: path, checkpoint: checkpoint))
        }
        return proofs
    }

    /// A proof that nothing of an older checkpoint of this log was changed; `nil` when that is not so.
    public func consistency(since old: LogCheckpoint) throws(LedgerError) -> ConsistencyProof? {
        guard old.size <= checkpoint.size else { return nil }
        var tree = TileTree(size: checkpoint.size, in: tiles)
        guard try tree.root(of: checkpoint.size) == checkpoint.root else { throw TransparencyLog.wrongTiles }
        let path = try tree.consistency(from: old.size, to: checkpoint.size)
        let isConsistent = MerkleProof.isConsistent(
            old: (old.size, old.root), new: (checkpoint.size, checkpoint.root), path: path)
        return isConsistent ? ConsistencyProof(old: old.size, path: path, checkpoint: checkpoint) : nil
    }

    private static var wrongTiles: LedgerError {
        .logDamage(
            "tile", "its hashes do not lead to the checkpoint's root",
            advice: "delete log-state, and the tiles are derived again")
    }

    /// Which leaves the statements are.
    private func places(of statements: [TenantStatement]) throws(LedgerError) -> [LogEntry: UInt64] {
        let wanted = Dictionary(statements.map { ($0.entry.bytes, $0.entry) }) { first, _ in first }
        var places: [LogEntry: UInt64] = [:]
        var start: UInt64 = 0
        while start < checkpoint.size, places.count < wanted.count {
            let hashes = Tile.containing(start, level: 0, treeSize: checkpoint.size)
            let bundle = Tile(row: .entries, index: hashes.index, width: hashes.width)
            guard let bytes = try tiles.read(bundle), let entries = LogEntry.decode(bundle: bytes) else {
                throw .tileDamage(bundle, "it is missing or broken")
            }
            for (offset, entry) in entries.enumerated() {
                if let entry = wanted[entry] { places[entry] = start + UInt64(offset) }
            }
            start += UInt64(hashes.width)
        }
        return places
    }
}
