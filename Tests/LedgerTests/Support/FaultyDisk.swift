import Glibc

@testable import Ledger

/// The local disk, but for what it is told to refuse.
struct FaultyDisk: Disk {
    enum Operation: Sendable, Hashable {
        case create, write, sync, truncate, rename, remove, makeDirectory, syncDirectory
    }

    let base = LocalDisk()
    /// Asked before each change; an `errno` refuses it.
    let fault: @Sendable (Operation, String) -> Int32?

    func check(_ operation: Operation, _ path: String) throws(LedgerError) {
        if let code = fault(operation, path) { throw .system(call: "\(operation)", path: path, code: code) }
    }

    func open(_ path: String, _ access: DiskAccess) throws(LedgerError) -> any DiskFile {
        if case .creating = access { try check(.create, path) }
        return FaultyFile(base: try base.open(path, access), disk: self, path: path)
    }

    func rename(_ path: String, to target: String) throws(LedgerError) {
        try check(.rename, target)
        try base.rename(path, to: target)
    }

    func remove(_ path: String) throws(LedgerError) {
        try check(.remove, path)
        try base.remove(path)
    }

    func makeDirectory(_ path: String) throws(LedgerError) {
        try check(.makeDirectory, path)
        try base.makeDirectory(path)
    }

    func syncDirectory(_ path: String) throws(LedgerError) {
        try check(.syncDirectory, path)
        try base.syncDirectory(path)
    }

    func names(in directory: String) throws(LedgerError) -> [String] { try base.names(in: directory) }

    func exists(_ path: String) -> Bool { base.exists(path) }
}

/// An open file of a ``FaultyDisk``.
private final class FaultyFile: DiskFile {
    private let base: any DiskFile
    private let disk: FaultyDisk
    private let path: String

    init(base: any DiskFile, disk: FaultyDisk, path: String) {
        self.base = base
        self.disk = disk
        self.path = path
    }

    func size() throws(LedgerError) -> UInt64 { try base.size() }

    func read(at offset: UInt64, count: Int) throws(LedgerError) -> [UInt8] { try base.read(at: offset, count: count) }

    func write(_ bytes: [UInt8], at offset: UInt64) throws(LedgerError) {
        try disk.check(.write, path)
        try base.write(bytes, at: offset)
    }

    func syncData() throws(LedgerError) {
        try disk.check(.sync, path)
        try base.syncData()
    }

    func sync() throws(LedgerError) {
        try disk.check(.sync, path)
        try base.sync()
    }

    func truncate(to size: UInt64) throws(LedgerError) {
        try disk.check(.truncate, path)
        try base.truncate(to: size)
    }
}
