import Foundation
import UsageModel

@testable import Ledger

/// A place for a ledger that goes when it is freed.
struct TemporaryLedger: ~Copyable, Sendable {
    let path: String

    var directory: LedgerDirectory { LedgerDirectory(path: path) }
    var store: DirectoryStore { DirectoryStore(directory) }

    init() {
        path = NSTemporaryDirectory() + "odometer-ledger-\(UUID().uuidString)"
    }

    /// A copy of another one as it lies on disk.
    init(copying other: borrowing TemporaryLedger) throws {
        self.init()
        try FileManager.default.copyItem(atPath: other.path, toPath: path)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func open(_ options: LedgerOptions = LedgerOptions()) async throws(LedgerError) -> LedgerWriter {
        try await LedgerWriter.open(path: path, options: options) { Timestamp(nanoseconds: 1_763_900_000_000_000_000) }
    }

    /// The bytes of each file, by its path, without what SQLite keeps beside its database and the lock.
    func files() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            if name == "lock" || name.hasSuffix("-shm") || name.hasSuffix("-wal") { continue }
            files[name] = FileManager.default.contents(atPath: path + "/" + name) ?? Data()
        }
        return files
    }

    /// The names in one of its directories, sorted.
    func names(in directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + "/" + directory).sorted()
    }

    func bytes(of name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path + "/" + name)))
    }

    /// The bytes of a segment without the zeros at its end.
    func data(of segment: String) throws -> [UInt8] {
        let bytes = try bytes(of: segment)
        let end = (bytes.lastIndex { $0 != 0 } ?? -1) + 1
        // A frame ends with a hash, whose last bytes may be zero, and at a multiple of eight.
        return Array(bytes[..<min((end + 7) / 8 * 8, bytes.count)])
    }

    func replace(_ name: String, with bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(filePath: path + "/" + name))
    }

    func remove(_ name: String) throws {
        for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + "/" + name + suffix) {
            try FileManager.default.removeItem(atPath: path + "/" + name + suffix)
        }
    }

    /// Every commit of the segments, in order.
    func commits() throws -> [Commit] {
        let store = store
        let scan = try LedgerScan(try Segment.all(in: store), in: store, after: nil)
        var reader = try SegmentReader(scan.segments, in: store)
        var commits: [Commit] = []
        while let entry = try reader.entry(upTo: scan.chain.seq) {
            if case .commit(let commit) = entry.content { commits.append(commit) }
        }
        return commits
    }
}
