import Glibc

/// An open file of the ledger. Every write, sync and cut of the ledger's files goes through here.
struct LedgerFile: ~Copyable, Sendable {
    private let descriptor: Int32
    let path: String
    private let disk: Disk

    /// Opens a file that is there, to be read only.
    static func reading(_ path: String) throws(LedgerError) -> LedgerFile {
        try LedgerFile(path, flags: O_RDONLY, mode: 0, disk: Disk())
    }

    /// Opens a file that is there, to be written and read.
    static func writing(_ path: String, disk: Disk) throws(LedgerError) -> LedgerFile {
        try LedgerFile(path, flags: O_RDWR, mode: 0, disk: disk)
    }

    /// Makes a file, empty even if it was there.
    static func creating(_ path: String, mode: mode_t, disk: Disk) throws(LedgerError) -> LedgerFile {
        try disk.check(.create, path)
        return try LedgerFile(path, flags: O_RDWR | O_CREAT | O_TRUNC, mode: mode, disk: disk)
    }

    private init(_ path: String, flags: Int32, mode: mode_t, disk: Disk) throws(LedgerError) {
        let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .system(call: "open", path: path, code: errno) }
        self.descriptor = descriptor
        self.path = path
        self.disk = disk
    }

    deinit {
        _ = Glibc.close(descriptor)
    }

    func size() throws(LedgerError) -> UInt64 {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure("fstat") }
        return UInt64(status.st_size)
    }

    /// Reads up to `count` bytes; fewer only where the file ends.
    func read(at offset: UInt64, count: Int) throws(LedgerError) -> [UInt8] {
        var code: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let rest = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let got = unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(filled))
                if got < 0, errno == EINTR { continue }
                if got < 0 { code = errno }
                if got <= 0 { break }
                filled += got
            }
        }
        if code != 0 { throw .system(call: "pread", path: path, code: code) }
        return bytes
    }

    /// Writes all of the bytes, going on after short writes.
    func write(_ bytes: [UInt8], at offset: UInt64) throws(LedgerError) {
        var written = 0
        while written < bytes.count {
            let limit = try disk.limit(.write, path, count: bytes.count - written)
            let got = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written..<written + limit])
                return unsafe pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(written))
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw failure("pwrite") }
            // A write of nothing, again and again, would never end.
            guard got > 0 else { throw .system(call: "pwrite", path: path, code: ENOSPC) }
            written += got
        }
    }

    /// Returns when the bytes and the size are on the disk.
    func syncData() throws(LedgerError) {
        try disk.check(.sync, path)
        guard fdatasync(descriptor) == 0 else { throw failure("fdatasync") }
    }

    /// Cuts the file and returns when that is on the disk.
    func truncate(to size: UInt64) throws(LedgerError) {
        try disk.check(.truncate, path)
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw failure("ftruncate") }
        try disk.check(.sync, path)
        guard fsync(descriptor) == 0 else { throw failure("fsync") }
    }

    private func failure(_ call: String) -> LedgerError {
        .system(call: call, path: path, code: errno)
    }
}
