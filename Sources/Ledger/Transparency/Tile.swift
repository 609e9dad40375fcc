/// One file of a tiled log: up to 256 hashes of one level side by side, or the entries below such hashes.
///
/// The format is C2SP's, https://c2sp.org/tlog-tiles: a tile of level 0 holds hashes of leaves, one of level n the
/// roots of full tiles of level n - 1.
struct Tile: Sendable, Hashable {
    enum Row: Sendable, Hashable {
        case hashes(level: Int)
        case entries
    }

    /// The width of a full tile, and its height in levels of the tree.
    static let fullWidth = 256
    static let height = 8

    var row: Row
    /// Its number within its row.
    var index: UInt64
    /// How many hashes or entries it has: 1 to 256.
    var width: Int

    var isFull: Bool { width == Tile.fullWidth }

    /// The bytes of one hash, or of one entry with the two bytes of its length.
    var itemSize: Int { row == .entries ? 2 + LogEntry.size : 32 }

    /// Its path below the log's directory.
    var path: String { isFull ? fullPath : "\(partials)/\(width)" }

    /// The path that the full tile has, or will have.
    var fullPath: String {
        let row =
            switch row {
            case .hashes(let level): String(level)
            case .entries: "entries"
            }
        return "tile/\(row)/\(Tile.encoded(index))"
    }

    /// The directory of the narrower forms of this tile.
    var partials: String { fullPath + ".p" }

    /// The tile with a hash of a tree's level, as wide as it is in a tree of that size.
    static func containing(_ position: UInt64, level: Int, treeSize: UInt64) -> Tile {
        let index = position / UInt64(fullWidth)
        let hashes = treeSize >> UInt64(height * level)
        let width = min(hashes - index * UInt64(fullWidth), UInt64(fullWidth))
        return Tile(row: .hashes(level: level), index: index, width: Int(width))
    }

    /// The tiles of a tree that are not full, from the entries upwards.
    static func partials(of treeSize: UInt64) -> [Tile] {
        var tiles: [Tile] = []
        var level = 0
        while case let hashes = treeSize >> UInt64(height * level), hashes > 0 {
            let (index, width) = hashes.quotientAndRemainder(dividingBy: UInt64(fullWidth))
            if width > 0 {
                if level == 0 { tiles.append(Tile(row: .entries, index: index, width: Int(width))) }
                tiles.append(Tile(row: .hashes(level: level), index: index, width: Int(width)))
            }
            level += 1
        }
        return tiles
    }

    /// Three digits a path element, all but the last one after an `x`: 1234067 is `x001/x234/067`.
    private static func encoded(_ index: UInt64) -> String {
        func padded(_ value: UInt64) -> String {
            let digits = String(value)
            return String(repeating: "0", count: 3 - digits.count) + digits
        }
        var path = padded(index % 1_000)
        var rest = index / 1_000
        while rest > 0 {
            path = "x\(padded(rest % 1_000))/\(path)"
            rest /= 1_000
        }
        return path
    }
}
