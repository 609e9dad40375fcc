import Synchronization

@testable import Ledger

extension SimulatedDisk {
    /// How a program ended that was in the middle of a change.
    enum End: CaseIterable {
        /// It was killed: the system has all that it did, synced or not.
        case kill
        /// The power failed: there is all that was synced, and of the rest whatever the disk happened to do.
        case powerFailure
    }

    func restart(after end: End) {
        state.withLock { state in
            state.left = nil
            state.liesOneIn = 0
            if end == .kill { return }
            state.loseNames()
            for inode in state.inodes.indices { state.loseBytes(of: inode) }
        }
    }
}

extension SimulatedDisk.State {
    /// Each unsynced change of names happened or not; of the same name the later ones only on top of the earlier ones'
    /// result, whichever of them happened.
    fileprivate mutating func loseNames() {
        let fate = Int.random(in: 0..<4, using: &generator)
        for renaming in renamings {
            // All, none, or each by itself.
            let happened = fate == 0 || (fate > 1 && Bool.random(using: &generator))
            if !happened { continue }
            for (path, inode) in renaming.names { durableNames[path] = inode }
        }
        for directory in directories.subtracting(durableDirectories) where Bool.random(using: &generator) {
            durableDirectories.insert(directory)
        }
        // What lies in a directory that is lost is lost with it.
        let lost = directories.subtracting(durableDirectories)
        durableNames = durableNames.filter { path, _ in !SimulatedDisk.State.isBelow(lost, path) }
        durableDirectories = durableDirectories.filter { !SimulatedDisk.State.isBelow(lost, $0) }
        renamings = []
        names = durableNames
        directories = durableDirectories
    }

    /// Whether a path lies in one of the directories, or in one that does.
    private static func isBelow(_ directories: Set<String>, _ path: String) -> Bool {
        if path == "/" || directories.isEmpty { return false }
        let directory = SimulatedDisk.directory(of: path)
        return directories.contains(directory) || isBelow(directories, directory)
    }

    /// The unsynced changes of a file, cut into sectors: some are lost, some come in another order, some twice.
    fileprivate mutating func loseBytes(of inode: Int) {
        var pieces: [SimulatedDisk.Change] = []
        for change in inodes[inode].changes {
            switch change {
            case .truncate: pieces.append(change)
            case .write(let bytes, let offset):
                var start = 0
                while start < bytes.count {
                    let sector = SimulatedDisk.sector
                    let end = min(bytes.count, start + sector - (offset + start) % sector)
                    pieces.append(.write(Array(bytes[start..<end]), at: offset + start))
                    start = end
                }
            }
        }
        if !pieces.isEmpty {
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: pieces = []
            case 1: break
            case 2: pieces = Array(pieces.prefix(Int.random(in: 0...pieces.count, using: &generator)))
            case 3: pieces = pieces.filter { _ in Bool.random(using: &generator) }
            default:
                pieces.append(contentsOf: pieces.filter { _ in Int.random(in: 0..<3, using: &generator) == 0 })
                pieces.shuffle(using: &generator)
                pieces = Array(pieces.prefix(Int.random(in: 0...pieces.count, using: &generator)))
            }
        }
        for piece in pieces { inodes[inode].durable.apply(piece) }
        inodes[inode].live = inodes[inode].durable
        inodes[inode].changes = []
    }
}
