import Foundation
import Glibc

/// The disk of the system that the program runs on.
struct LocalDisk: Disk {
    func open(_ path: String, _ access: DiskAccess) throws(LedgerError) -> any DiskFile {
        switch access {
        case .reading: try LocalFile(path, flags: O_RDONLY, mode: 0)
        case .writing: try LocalFile(path, flags: O_RDWR, mode: 0)
        case .creating(let mode): try LocalFile(path, flags: O_RDWR | O_CREAT | O_TRUNC, mode: mode)
        }
    }

    func rename(_ path: String, to target: String) throws(LedgerError) {
        guard unsafe Glibc.rename(path, target) == 0 else {
            throw .system(call: "rename", path: target, code: errno)
        }
    }

    func remove(_ path: String) throws(LedgerError) {
        guard unsafe Glibc.remove(path) == 0 else { throw .system(call: "remove", path: path, code: errno) }
    }

    func makeDirectory(_ path: String) throws(LedgerError) {
        guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw .system(call: "mkdir", path: path, code: errno)
        }
    }

    func syncDirectory(_ path: String) throws(LedgerError) {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(call: "open", path: path, code: errno) }
        defer { _ = close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(call: "fsync", path: path, code: errno) }
    }

    func names(in directory: String) throws(LedgerError) -> [String] {
        guard exists(directory) else { return [] }
        guard unsafe access(directory, R_OK) == 0 else { throw .system(call: "open", path: directory, code: errno) }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw .system(call: "readdir", path: directory, code: EIO)
        }
    }

    func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}

/// A file of the local disk.
final class LocalFile: DiskFile {
    private let descriptor: Int32
    private let path: String

    fileprivate init(_ path: String, flags: Int32, mode: mode_t) throws(LedgerError) {
        let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .system(call: "open", path: path, code: errno) }
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        _ = Glibc.close(descriptor)
    }

    func size() throws(LedgerError) -> UInt64 {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure("fstat") }
        return UInt64(status.st_size)
    }

    func read(at offset: UInt64, count: Int) throws(LedgerError) -> [UInt8] {
        // An array of no capacity is one that all share, and its count would be written.
        if count == 0 { return [] }
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

    func write(_ bytes: [UInt8], at offset: UInt64) throws(LedgerError) {
        var written = 0
        while written < bytes.count {
            let got = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
                return unsafe pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(written))
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw failure("pwrite") }
            // A write of nothing, again and again, would never end.
            guard got > 0 else { throw .system(call: "pwrite", path: path, code: ENOSPC) }
            written += got
        }
    }

    func syncData() throws(LedgerError) {
        guard fdatasync(descriptor) == 0 else { throw failure("fdatasync") }
    }

    func sync() throws(LedgerError) {
        guard fsync(descriptor) == 0 else { throw failure("fsync") }
    }

    func truncate(to size: UInt64) throws(LedgerError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw failure("ftruncate") }
    }

    private func failure(_ call: String) -> LedgerError {
        .system(call: call, path: path, code: errno)
    }
}
