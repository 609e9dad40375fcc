import Glibc
import Synchronization

@testable import Ledger

/// A disk in memory that keeps what POSIX promises, and nothing else.
///
/// What was not synced is lost, torn into sectors of 512 bytes, done in another order or done twice when the power
/// fails. A name is durable when its directory was synced, bytes when their file was. It can be told to lie: to return from
/// a sync that it has not done.
final class SimulatedDisk: Disk {
    static let sector = 512

    /// A change of one file's bytes that is not synced yet.
    enum Change {
        case write([UInt8], at: Int)
        case truncate(Int)
    }

    /// A file whatever its names: what is safe, what the running program sees, and the way from the one to the other.
    struct Inode {
        var durable: [UInt8] = []
        var live: [UInt8] = []
        var changes: [Change] = []
    }

    /// A change of the names of one directory that is not synced yet: each path and the file it has then.
    struct Renaming {
        var directory: String
        var names: [(path: String, inode: Int?)]
    }

    struct State {
        var inodes: [Inode] = []
        var durableNames: [String: Int] = [:]
        var names: [String: Int] = [:]
        var renamings: [Renaming] = []
        var durableDirectories: Set<String> = []
        var directories: Set<String> = []
        /// Operations that may still be done before the power fails; `nil` for ever.
        var left: Int?
        var operations = 0
        var generator: SplitMix64
        /// One in so many syncs is a lie; 0 for none.
        var liesOneIn = 0
        var lies = 0
    }

    /// The program has ended: nothing more happens until ``restart(after:)``.
    static let powerFailure = LedgerError.system(call: "power", path: "", code: EIO)

    let state: Mutex<State>

    init(seed: UInt64) {
        state = Mutex(State(generator: SplitMix64(seed: seed)))
    }

    /// How many changes were asked for in all.
    var operations: Int { state.withLock { $0.operations } }
    var lies: Int { state.withLock { $0.lies } }
    var isOff: Bool { state.withLock { $0.left == 0 } }

    /// Lets the power fail in the middle of the change after so many more.
    func failPower(after count: Int, liesOneIn: Int = 0) {
        state.withLock {
            $0.left = count + 1
            $0.liesOneIn = liesOneIn
        }
    }

    // MARK: Disk

    func open(_ path: String, _ access: DiskAccess) throws(LedgerError) -> any DiskFile {
        if case .creating = access {
            let inode = try change { state in
                if let known = state.names[path] {
                    state.inodes[known].live = []
                    state.inodes[known].changes.append(.truncate(0))
                    return known
                }
                state.inodes.append(Inode())
                state.setNames([(path, state.inodes.count - 1)], in: SimulatedDisk.directory(of: path))
                return state.inodes.count - 1
            }
            return SimulatedFile(disk: self, inode: inode, path: path)
        }
        let inode = state.withLock { $0.names[path] }
        guard let inode else { throw .system(call: "open", path: path, code: ENOENT) }
        return SimulatedFile(disk: self, inode: inode, path: path)
    }

    func rename(_ path: String, to target: String) throws(LedgerError) {
        try change { state in
            let inode = state.names[path]
            state.setNames([(path, nil), (target, inode)], in: SimulatedDisk.directory(of: target))
        }
    }

    func remove(_ path: String) throws(LedgerError) {
        try change { state in state.setNames([(path, nil)], in: SimulatedDisk.directory(of: path)) }
    }

    func makeDirectory(_ path: String) throws(LedgerError) {
        try change { state in _ = state.directories.insert(path) }
    }

    func syncDirectory(_ path: String) throws(LedgerError) {
        try change { state in
            if state.isLie() { return }
            for renaming in state.renamings where renaming.directory == path {
                for (path, inode) in renaming.names { state.durableNames[path] = inode }
            }
            state.renamings.removeAll { $0.directory == path }
            state.durableDirectories.formUnion(
                state.directories.filter { SimulatedDisk.directory(of: $0) == path })
        }
    }

    func names(in directory: String) throws(LedgerError) -> [String] {
        state.withLock { state in
            state.names.keys.filter { SimulatedDisk.directory(of: $0) == directory }
                .map { String($0.dropFirst(directory.count + 1)) }
        }
    }

    func exists(_ path: String) -> Bool {
        state.withLock { path == "/" || $0.names[path] != nil || $0.directories.contains(path) }
    }

    static func directory(of path: String) -> String {
        let above = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
        return above.isEmpty ? "/" : String(above)
    }

    /// Does one change, or lets the power fail in the middle of it: then what it did is not synced, and it does not return.
    fileprivate func change<Value>(_ body: (inout State) -> Value) throws(LedgerError) -> Value {
        let value: Value? = state.withLock { state in
            if state.left == 0 { return nil }
            state.operations += 1
            state.left = state.left.map { $0 - 1 }
            let value = body(&state)
            return state.left == 0 ? nil : value
        }
        guard let value else { throw SimulatedDisk.powerFailure }
        return value
    }
}

extension SimulatedDisk.State {
    /// Whether the power fails in the change that is being done.
    fileprivate var isFailing: Bool { left == 0 }

    mutating func setNames(_ names: [(path: String, inode: Int?)], in directory: String) {
        for (path, inode) in names { self.names[path] = inode }
        renamings.append(SimulatedDisk.Renaming(directory: directory, names: names))
    }

    /// Whether a sync does nothing: the power fails in it, or the disk lies.
    mutating func isLie() -> Bool {
        if isFailing { return true }
        guard liesOneIn > 0, Int.random(in: 0..<liesOneIn, using: &generator) == 0 else { return false }
        lies += 1
        return true
    }
}

/// An open file of a ``SimulatedDisk``.
private final class SimulatedFile: DiskFile {
    private let disk: SimulatedDisk
    private let inode: Int
    private let path: String

    init(disk: SimulatedDisk, inode: Int, path: String) {
        self.disk = disk
        self.inode = inode
        self.path = path
    }

    func size() throws(LedgerError) -> UInt64 {
        disk.state.withLock { UInt64($0.inodes[inode].live.count) }
    }

    func read(at offset: UInt64, count: Int) throws(LedgerError) -> [UInt8] {
        disk.state.withLock { state in
            let end = state.inodes[inode].live.count
            let start = min(Int(offset), end)
            return Array(state.inodes[inode].live[start..<min(start + count, end)])
        }
    }

    func write(_ bytes: [UInt8], at offset: UInt64) throws(LedgerError) {
        try disk.change { state in
            let done = state.isFailing ? Int.random(in: 0...bytes.count, using: &state.generator) : bytes.count
            if done == 0 { return }
            let written = Array(bytes[..<done])
            state.inodes[inode].live.put(written, at: Int(offset))
            state.inodes[inode].changes.append(.write(written, at: Int(offset)))
        }
    }

    func truncate(to size: UInt64) throws(LedgerError) {
        try disk.change { state in
            state.inodes[inode].live.cut(to: Int(size))
            state.inodes[inode].changes.append(.truncate(Int(size)))
        }
    }

    func syncData() throws(LedgerError) { try sync() }

    func sync() throws(LedgerError) {
        try disk.change { state in
            if state.isLie() { return }
            for change in state.inodes[inode].changes { state.inodes[inode].durable.apply(change) }
            state.inodes[inode].changes = []
        }
    }
}

extension [UInt8] {
    mutating func put(_ bytes: [UInt8], at offset: Int) {
        if count < offset + bytes.count { append(contentsOf: repeatElement(0, count: offset + bytes.count - count)) }
        replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }

    mutating func cut(to size: Int) {
        if size < count { removeSubrange(size...) } else { append(contentsOf: repeatElement(0, count: size - count)) }
    }

    mutating func apply(_ change: SimulatedDisk.Change) {
        switch change {
        case .write(let bytes, let offset): put(bytes, at: offset)
        case .truncate(let size): cut(to: size)
        }
    }
}
