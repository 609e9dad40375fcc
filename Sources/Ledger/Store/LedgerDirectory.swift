import Foundation
import Glibc

/// Where the parts of a ledger lie, and how files come into being there.
struct LedgerDirectory: Sendable {
    let path: String
    var disk: any Disk = LocalDisk()

    var segments: String { path + "/segments" }
    var quarantine: String { path + "/quarantine" }
    var identities: String { path + "/identities" }
    var index: String { path + "/index.sqlite" }
    var key: String { path + "/key" }
    var lock: String { path + "/lock" }
    var epoch: String { path + "/epoch" }

    /// Makes what is missing, each directory durable before something is put into it.
    func create() throws(LedgerError) {
        for directory in [path, segments, quarantine] { try makeDirectory(directory) }
        // Who made the ledger's directory may have been killed before it was durable.
        try disk.syncDirectory(parent(of: path))
    }

    func parent(of directory: String) -> String {
        let above = NSString(string: directory).deletingLastPathComponent
        return above.isEmpty ? "." : above
    }

    /// Makes a directory and those above it, durable.
    func makeDirectory(_ directory: String) throws(LedgerError) {
        if disk.exists(directory) { return }
        try makeDirectory(parent(of: directory))
        try disk.makeDirectory(directory)
        try disk.syncDirectory(parent(of: directory))
    }

    /// A segment's name: the sequence number of its first frame, 20 digits.
    static func segmentName(firstSeq: UInt64) -> String {
        number(firstSeq) + ".seg"
    }

    /// A number in names, 20 digits: their order is that of the bytes.
    static func number(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 20 - digits.count) + digits
    }

    /// The names of the segments, in the order of their frames.
    func segmentNames() throws(LedgerError) -> [String] {
        try disk.names(in: segments).filter { $0.utf8.count == 24 && $0.hasSuffix(".seg") }.sorted()
    }

    /// - Throws: ``LedgerError/missing(path:)`` where there is no ledger, and damage where there was one.
    func requireSegments() throws(LedgerError) {
        if try !segmentNames().isEmpty { return }
        guard [index, epoch].contains(where: { disk.exists($0) }) else { throw .missing(path: path) }
        throw .damaged(
            segment: "segments", offset: 0, message: "there are none, but a writer has been here",
            advice: "restore them from a copy; or, to begin anew, delete the whole ledger")
    }

    /// Removes what a crash left of files that were being made.
    func removeLeftovers() throws(LedgerError) {
        for directory in [path, segments, quarantine] {
            for name in try disk.names(in: directory) where name.hasSuffix(".tmp") {
                try disk.remove(directory + "/" + name)
            }
        }
    }

    /// Makes a file that is there with all of its bytes or not at all: temporary name, sync, rename, sync the directory.
    func createAtomically(_ name: String, in directory: String, bytes: [UInt8], mode: mode_t = 0o644)
        throws(LedgerError)
    {
        let target = directory + "/" + name
        let temporary = target + ".tmp"
        let file = try disk.open(temporary, .creating(mode: mode))
        try file.write(bytes, at: 0)
        try file.sync()
        try disk.rename(temporary, to: target)
        try disk.syncDirectory(directory)
    }

    /// The whole of a small file, or `nil` when it is not there.
    func contents(of path: String) throws(LedgerError) -> [UInt8]? {
        guard disk.exists(path) else { return nil }
        let file = try disk.open(path, .reading)
        return try file.read(at: 0, count: Int(try file.size()))
    }
}
