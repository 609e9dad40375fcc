import UsageModel

/// Derives the log again beside a verification, and compares it with what lies there: checkpoint, tiles and bundles.
struct LogAudit {
    private let ledger: LedgerID
    private let key: LogKey
    private let published: LogCheckpoint
    private let tiles: TileStore
    private var edge = TileEdge()
    private var wrongTiles: [Tile] = []

    /// The statements that were derived so far.
    var size: UInt64 { edge.size }

    /// `nil` where no checkpoint was ever signed, so that there is nothing to hold the ledger to.
    init?(of ledger: LedgerID, in directory: LedgerDirectory) throws(LedgerError) {
        guard directory.disk.exists(directory.checkpoint) else { return nil }
        guard let key = try LogKey.read(in: directory, of: ledger) else {
            throw .damaged(
                segment: "log-key", offset: 0, message: "it is missing, so the log cannot be checked",
                advice: "restore it from a copy")
        }
        guard let published = try LogCheckpoint.published(in: directory, by: key) else { return nil }
        self.ledger = ledger
        self.key = key
        self.published = published
        tiles = TileStore(directory: directory)
    }

    /// Takes in the next frame. What comes after the checkpoint is not the log's yet.
    mutating func take(_ frame: LedgerEntry) throws(LedgerError) {
        guard edge.size < published.size else { return }
        for statement in TenantStatement.all(in: frame, of: ledger, key: key) where edge.size < published.size {
            for full in edge.append(statement.entry) { try compare(full) }
        }
    }

    /// What is wrong, one line each, when all frames were taken in.
    mutating func problems() throws(LedgerError) -> [String] {
        if let message = published.tree.contradiction(by: edge) { return ["log/checkpoint: \(message)"] }
        for partial in edge.partials { try compare(partial) }
        guard let first = wrongTiles.first else { return [] }
        return [
            "log/\(first.path): it is not what the segments give (\(wrongTiles.count) such tiles in all);"
                + " delete log-state, and the tiles are derived again"
        ]
    }

    private mutating func compare(_ expected: TileBytes) throws(LedgerError) {
        if try tiles.read(expected.tile) != expected.bytes { wrongTiles.append(expected.tile) }
    }
}
