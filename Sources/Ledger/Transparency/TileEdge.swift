import UsageModel

/// The right edge of a tiled tree: all that is not in a full tile of its level yet. Leaves go in, full tiles come out;
/// it knows the root at any time, and never needs a full tile again.
struct TileEdge: Sendable {
    /// The leaves of the tree.
    private(set) var size: UInt64 = 0
    /// The hashes of each level's tile that is not full.
    private var rows: [[Digest256]] = []
    /// The bundle that is not full.
    private var bundle: [UInt8] = []

    /// Of a tree without leaves.
    init() {}

    /// Of a tree whose tiles are there; `nil` where they are not, or are not what they should be.
    init?(of size: UInt64, in tiles: TileStore) throws(LedgerError) {
        self.size = size
        for tile in Tile.partials(of: size) {
            guard let bytes = try tiles.read(tile) else { return nil }
            switch tile.row {
            case .entries:
                guard LogEntry.decode(bundle: bytes) != nil else { return nil }
                bundle = bytes
            case .hashes(let level):
                while rows.count <= level { rows.append([]) }
                rows[level] = tile.hashes(in: bytes)
            }
        }
    }

    /// Adds a leaf.
    /// - Returns: the tiles that have become full by it, from the entries upwards.
    @discardableResult
    mutating func append(_ entry: LogEntry) -> [TileBytes] {
        var full: [TileBytes] = []
        size += 1
        bundle += entry.bundled
        var hash = entry.leaf
        var level = 0
        while true {
            if level == rows.count { rows.append([]) }
            rows[level].append(hash)
            guard rows[level].count == Tile.fullWidth else { return full }
            let index = size >> UInt64(Tile.height * (level + 1)) - 1
            if level == 0 {
                full.append(TileBytes(tile: Tile(row: .entries, index: index, width: Tile.fullWidth), bytes: bundle))
                bundle = []
            }
            let tile = Tile(row: .hashes(level: level), index: index, width: Tile.fullWidth)
            full.append(TileBytes(tile: tile, bytes: rows[level].flatMap(\.bytes)))
            hash = MerkleHash.root(over: rows[level][...])
            rows[level] = []
            level += 1
        }
    }

    /// The root of the tree (RFC 6962, section 2.1): the complete subtrees, put together from the smallest on the right.
    var root: Digest256 {
        var root: Digest256?
        for row in rows {
            var end = row.count
            while end > 0 {
                let width = 1 << end.trailingZeroBitCount
                let part = MerkleHash.root(over: row[end - width..<end])
                root = root.map { MerkleHash.node(part, $0) } ?? part
                end -= width
            }
        }
        return root ?? MerkleHash.empty
    }

    var tree: SignedTree { SignedTree(size: size, root: root) }

    /// The tiles that are not full, as a checkpoint of this size needs them.
    var partials: [TileBytes] {
        Tile.partials(of: size).map { tile in
            switch tile.row {
            case .entries: TileBytes(tile: tile, bytes: bundle)
            case .hashes(let level): TileBytes(tile: tile, bytes: rows[level].flatMap(\.bytes))
            }
        }
    }
}

/// A tile with what it holds.
struct TileBytes: Sendable, Hashable {
    var tile: Tile
    var bytes: [UInt8]
}

extension Tile {
    /// The hashes of a tile's bytes, as many as it is wide.
    func hashes(in bytes: [UInt8]) -> [Digest256] {
        (0..<width).map { Digest256(bytes: Array(bytes[$0 * 32..<$0 * 32 + 32])) }
    }
}
