import Foundation
import UsageModel

@testable import Ledger

/// A place for an archive that goes when it is freed.
struct TemporaryArchive: ~Copyable {
    static let ledger = LedgerID(bytes: Array(0..<16))

    let path: String
    var directory: ArchiveDirectory { ArchiveDirectory(path: path) }

    init() {
        path = NSTemporaryDirectory() + "odometer-archive-\(UUID().uuidString)"
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func open(keep: Duration? = nil, fileBytes: UInt64 = ArchiveFiles.fileBytes) throws -> ArchiveFiles {
        try ArchiveFiles(directory, of: Self.ledger, keep: keep, fileBytes: fileBytes)
    }

    /// Writes batches as one commit.
    func write(_ batches: [RecordBatch], seconds: Int64 = 0) throws {
        var files = try open()
        try files.append(batches, seconds: seconds)
    }

    var reader: ArchiveRangeReader { ArchiveRangeReader(ArchivedRanges(directory, of: Self.ledger)) }

    var names: [String] {
        get throws { try directory.numbers().map(ArchiveDirectory.name) }
    }

    func bytes(of number: UInt64) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: directory.path(of: number))))
    }

    func replace(_ number: UInt64, with bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(filePath: directory.path(of: number)))
    }
}

extension ArchiveFiles {
    mutating func append(_ batches: [RecordBatch], seconds: Int64) throws {
        try append(batches.compactMap { ArchiveBlock($0) }, at: Timestamp(nanoseconds: seconds * 1_000_000_000))
    }

    mutating func removeExpired(seconds: Int64) throws {
        try removeExpired(at: Timestamp(nanoseconds: seconds * 1_000_000_000))
    }
}

extension ArchiveRangeReader {
    /// What it says of a range: the batch, or why there is none.
    func result(of range: CommittedRange) async -> Result<RecordBatch, RangeError> {
        var reader = self
        do throws(RangeError) { return .success(try await reader.read(range)) } catch { return .failure(error) }
    }
}
