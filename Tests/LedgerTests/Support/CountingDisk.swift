import Synchronization

@testable import Ledger

/// The local disk, which counts what is read from it.
final class CountingDisk: Disk {
    private let base = LocalDisk()
    private let count = Mutex(UInt64(0))

    /// Bytes that were read from files.
    var bytesRead: UInt64 { count.withLock { $0 } }

    fileprivate func add(_ bytes: Int) { count.withLock { $0 += UInt64(bytes) } }

    func open(_ path: String, _ access: DiskAccess) throws(LedgerError) -> any DiskFile {
        CountingFile(base: try base.open(path, access), disk: self)
    }

    func rename(_ path: String, to target: String) throws(LedgerError) { try base.rename(path, to: target) }
    func remove(_ path: String) throws(LedgerError) { try base.remove(path) }
    func makeDirectory(_ path: String) throws(LedgerError) { try base.makeDirectory(path) }
    func syncDirectory(_ path: String) throws(LedgerError) { try base.syncDirectory(path) }
    func names(in directory: String) throws(LedgerError) -> [String] { try base.names(in: directory) }
    func exists(_ path: String) -> Bool { base.exists(path) }
}

/// An open file of a ``CountingDisk``.
private final class CountingFile: DiskFile {
    private let base: any DiskFile
    private let disk: CountingDisk

    init(base: any DiskFile, disk: CountingDisk) {
        self.base = base
        self.disk = disk
    }

    func size() throws(LedgerError) -> UInt64 { try base.size() }

    func read(at offset: UInt64, count: Int) throws(LedgerError) -> [UInt8] {
        let bytes = try base.read(at: offset, count: count)
        disk.add(bytes.count)
        return bytes
    }

    func write(_ bytes: [UInt8], at offset: UInt64) throws(LedgerError) { try base.write(bytes, at: offset) }
    func syncData() throws(LedgerError) { try base.syncData() }
    func sync() throws(LedgerError) { try base.sync() }
    func truncate(to size: UInt64) throws(LedgerError) { try base.truncate(to: size) }
}
