/// The tiles of a ledger's log on its disk.
struct TileStore: Sendable {
    let directory: LedgerDirectory

    /// A tile's bytes; `nil` where they are not there. A tile that has become wider since begins with them.
    func read(_ tile: Tile) throws(LedgerError) -> [UInt8]? {
        let size = tile.width * tile.itemSize
        for path in [tile.path, tile.fullPath] {
            guard let bytes = try directory.contents(of: directory.log + "/" + path) else { continue }
            return bytes.count < size ? nil : Array(bytes.prefix(size))
        }
        return nil
    }

    /// Writes tiles; when it returns they are durable. Many at once cost one sync of a directory instead of many.
    func write(_ tiles: [TileBytes]) throws(LedgerError) {
        var directories: [String] = []
        for written in tiles {
            let (tile, bytes) = (written.tile, written.bytes)
            precondition(bytes.count == tile.width * tile.itemSize, "a tile has its width of hashes or entries")
            let path = directory.log + "/" + tile.path
            let parent = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            try directory.makeDirectory(parent)
            let file = try directory.disk.open(path + ".tmp", .creating())
            try file.write(bytes, at: 0)
            try file.sync()
            try directory.disk.rename(path + ".tmp", to: path)
            if !directories.contains(parent) { directories.append(parent) }
        }
        for parent in directories { try directory.disk.syncDirectory(parent) }
    }

    /// Removes the narrower forms of a full tile, which nobody needs any more.
    func removePartials(of tile: Tile) throws(LedgerError) {
        let partials = directory.log + "/" + tile.partials
        guard directory.disk.exists(partials) else { return }
        for name in try directory.disk.names(in: partials) { try directory.disk.remove(partials + "/" + name) }
        try directory.disk.remove(partials)
    }
}
