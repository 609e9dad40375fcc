import Glibc

/// What the ledger asks of a disk. ``LocalDisk`` is the system's; tests put a simulated one in its place, which forgets,
/// tears and reorders what was not synced.
///
/// A change is durable when the sync that belongs to it has returned: bytes and size of a file by ``DiskFile/sync()`` or
/// ``DiskFile/syncData()``, names by ``syncDirectory(_:)``. All calls block.
protocol Disk: Sendable {
    /// Opens a file, and makes it where that is what the access says.
    func open(_ path: String, _ access: DiskAccess) throws(LedgerError) -> any DiskFile
    /// Gives a file another name, in place of whatever had it.
    func rename(_ path: String, to target: String) throws(LedgerError)
    /// Removes a file, or a directory that is empty.
    func remove(_ path: String) throws(LedgerError)
    /// Makes a directory; one that is there already is fine.
    func makeDirectory(_ path: String) throws(LedgerError)
    /// Makes the names in a directory durable.
    func syncDirectory(_ path: String) throws(LedgerError)
    /// The names in a directory, in no order; none where there is no directory.
    func names(in directory: String) throws(LedgerError) -> [String]
    func exists(_ path: String) -> Bool
}

/// What a file is opened for.
enum DiskAccess: Sendable, Hashable {
    case reading
    /// To be written and read; it is there already.
    case writing
    /// To be written and read; it is made, empty even if it was there.
    case creating(mode: mode_t = 0o644)
}

/// An open file. It is closed when it is freed.
protocol DiskFile: StoredBytes, AnyObject {
    /// Writes all of the bytes, going on after short writes.
    func write(_ bytes: [UInt8], at offset: UInt64) throws(LedgerError)
    /// Returns when the bytes, and the size as far as they need it, are on the disk.
    func syncData() throws(LedgerError)
    /// Returns when the bytes and all that is known of the file are on the disk.
    func sync() throws(LedgerError)
    func truncate(to size: UInt64) throws(LedgerError)
}

/// Bytes that can be read at any place: a file, or one day an object.
protocol StoredBytes: Sendable {
    func size() throws(LedgerError) -> UInt64
    /// Reads up to `count` bytes; fewer only where the bytes end.
    func read(at offset: UInt64, count: Int) throws(LedgerError) -> [UInt8]
}
