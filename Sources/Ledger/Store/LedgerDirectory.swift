import Foundation
import Glibc

/// Where the parts of a ledger lie, and how files come into being there.
struct LedgerDirectory: Sendable {
    let path: String
    var disk = Disk()

    var segments: String { path + "/segments" }
    var quarantine: String { path + "/quarantine" }
    var index: String { path + "/index.sqlite" }
    var key: String { path + "/key" }
    var lock: String { path + "/lock" }

    var exists: Bool { unsafe access(path, F_OK) == 0 }

    /// Makes what is missing, each directory durable before something is put into it.
    func create() throws(LedgerError) {
        for directory in [path, segments, quarantine] { try makeDirectory(directory) }
    }

    private func makeDirectory(_ directory: String) throws(LedgerError) {
        if unsafe access(directory, F_OK) == 0 { return }
        let above = NSString(string: directory).deletingLastPathComponent
        let parent = above.isEmpty ? "." : above
        try makeDirectory(parent)
        guard unsafe mkdir(directory, 0o755) == 0 || errno == EEXIST else {
            throw .system(call: "mkdir", path: directory, code: errno)
        }
        try syncDirectory(parent)
    }

    /// A segment's name: the sequence number of its first frame, 20 digits.
    static func segmentName(firstSeq: UInt64) -> String {
        let digits = String(firstSeq)
        return String(repeating: "0", count: 20 - digits.count) + digits + ".seg"
    }

    /// The names of the segments, in the order of their frames.
    func segmentNames() throws(LedgerError) -> [String] {
        try names(in: segments).filter { $0.utf8.count == 24 && $0.hasSuffix(".seg") }.sorted()
    }

    /// Removes what a crash left of files that were being made.
    func removeLeftovers() throws(LedgerError) {
        for directory in [path, segments, quarantine] {
            for name in try names(in: directory) where name.hasSuffix(".tmp") {
                guard unsafe unlink(directory + "/" + name) == 0 else {
                    throw .system(call: "unlink", path: directory + "/" + name, code: errno)
                }
            }
        }
    }

    /// Makes a file that is there with all of its bytes or not at all: temporary name, sync, rename, sync the directory.
    func createAtomically(_ name: String, in directory: String, bytes: [UInt8], mode: mode_t = 0o644)
        throws(LedgerError)
    {
        let target = directory + "/" + name
        let temporary = target + ".tmp"
        let file = try LedgerFile.creating(temporary, mode: mode, disk: disk)
        try file.write(bytes, at: 0)
        try file.syncData()
        try disk.check(.rename, target)
        guard unsafe rename(temporary, target) == 0 else { throw .system(call: "rename", path: target, code: errno) }
        try syncDirectory(directory)
    }

    /// Makes the names in a directory durable.
    func syncDirectory(_ directory: String) throws(LedgerError) {
        try disk.check(.syncDirectory, directory)
        let descriptor = unsafe Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(call: "open", path: directory, code: errno) }
        defer { _ = close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(call: "fsync", path: directory, code: errno) }
    }

    /// The whole of a small file, or `nil` when it is not there.
    func contents(of file: String) throws(LedgerError) -> [UInt8]? {
        guard unsafe access(file, F_OK) == 0 else { return nil }
        let file = try LedgerFile.reading(file)
        return try file.read(at: 0, count: Int(try file.size()))
    }

    private func names(in directory: String) throws(LedgerError) -> [String] {
        guard unsafe access(directory, F_OK) == 0 else { return [] }
        guard unsafe access(directory, R_OK) == 0 else { throw .system(call: "open", path: directory, code: errno) }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw .system(call: "readdir", path: directory, code: EIO)
        }
    }
}
