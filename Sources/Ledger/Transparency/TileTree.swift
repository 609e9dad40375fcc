import UsageModel

/// A tree as its tiles have it: roots and proofs for every size up to its own.
///
/// It reads what it needs, some tiles a proof, and keeps them.
struct TileTree {
    let size: UInt64
    private let tiles: TileStore
    private var known: [Tile: [Digest256]] = [:]

    init(size: UInt64, in tiles: TileStore) {
        self.size = size
        self.tiles = tiles
    }

    /// The root of the tree when it had that many leaves.
    mutating func root(of size: UInt64) throws(LedgerError) -> Digest256 {
        size == 0 ? MerkleHash.empty : try hash(of: 0..<size)
    }

    /// PATH(leaf, D[size]) of RFC 6962, section 2.1.1: the hashes beside the way from a leaf up to the root.
    mutating func inclusion(of leaf: UInt64, in size: UInt64) throws(LedgerError) -> [Digest256] {
        precondition(leaf < size && size <= self.size, "the leaf is in the tree")
        var (low, high) = (UInt64(0), size)
        var path: [Digest256] = []
        while high - low > 1 {
            let middle = TileTree.middle(low, high)
            if leaf < middle {
                path.append(try hash(of: middle..<high))
                high = middle
            } else {
                path.append(try hash(of: low..<middle))
                low = middle
            }
        }
        return path.reversed()
    }

    /// PROOF(old, D[new]) of RFC 6962, section 2.1.2; empty for a tree that was empty, or that is the same.
    mutating func consistency(from old: UInt64, to new: UInt64) throws(LedgerError) -> [Digest256] {
        precondition(old <= new && new <= size, "the old tree is the beginning of the new one")
        if old == 0 { return [] }
        var (low, high) = (UInt64(0), new)
        var path: [Digest256] = []
        while high != old {
            let middle = TileTree.middle(low, high)
            if old <= middle {
                path.append(try hash(of: middle..<high))
                high = middle
            } else {
                path.append(try hash(of: low..<middle))
                low = middle
            }
        }
        // A subtree that begins with the first leaf is the old tree itself, whose root the verifier has.
        if low > 0 { path.append(try hash(of: low..<high)) }
        return path.reversed()
    }

    /// Where RFC 6962 splits a range: after the largest power of two of leaves that is less than all.
    private static func middle(_ low: UInt64, _ high: UInt64) -> UInt64 {
        low + 1 << UInt64(63 - (high - low - 1).leadingZeroBitCount)
    }

    /// MTH(D[range]), for the ranges that splitting a tree gives: complete subtrees side by side, each smaller.
    private mutating func hash(of range: Range<UInt64>) throws(LedgerError) -> Digest256 {
        var parts: [Digest256] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let height = 63 - (range.upperBound - start).leadingZeroBitCount
            parts.append(try subtree(height: height, index: start >> UInt64(height)))
            start += 1 << UInt64(height)
        }
        let last = parts.removeLast()
        return parts.reversed().reduce(last) { MerkleHash.node($1, $0) }
    }

    /// The root of a complete subtree of 2^height leaves.
    private mutating func subtree(height: Int, index: UInt64) throws(LedgerError) -> Digest256 {
        let (level, above) = height.quotientAndRemainder(dividingBy: Tile.height)
        let first = index << UInt64(above)
        let hashes = try hashes(of: .containing(first, level: level, treeSize: size))
        let start = Int(first % UInt64(Tile.fullWidth))
        return MerkleHash.root(over: hashes[start..<start + 1 << above])
    }

    private mutating func hashes(of tile: Tile) throws(LedgerError) -> [Digest256] {
        if let hashes = known[tile] { return hashes }
        guard let bytes = try tiles.read(tile) else { throw .tileDamage(tile, "it is missing or too short") }
        let hashes = tile.hashes(in: bytes)
        known[tile] = hashes
        return hashes
    }
}

extension LedgerError {
    /// A tile that is not what it should be. Tiles can be derived again; what they say cannot be changed by it.
    static func tileDamage(_ tile: Tile, _ message: String) -> LedgerError {
        .logDamage(tile.path, message, advice: "delete log-state, and the tiles are derived again")
    }

    /// A part of the log, by its path below the log's directory, that is not what it should be.
    static func logDamage(_ path: String, _ message: String, advice: String) -> LedgerError {
        .damaged(segment: "log/\(path)", offset: 0, message: message, advice: advice)
    }
}
