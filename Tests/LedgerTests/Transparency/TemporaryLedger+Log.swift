import Foundation
import UsageModel

@testable import Ledger

extension TemporaryLedger {
    /// A ledger of commits with many tenants each; the log of it has their statements.
    init(commits: Int, tenants: Int) async throws {
        self.init()
        let writer = try await open(LedgerOptions(segmentBytes: 50_000))
        for number in 1...commits { try await writer.append(.shared(number, tenants: tenants)) }
        try await writer.close()
    }

    /// A ledger with the id of another one, and with other commits.
    init(forging other: borrowing TemporaryLedger, _ commits: [Commit]) async throws {
        self.init()
        let id = try Segment.all(in: other.store)[0].header.ledger
        try directory.create()
        for name in ["key", "log-key"] { try replace(name, with: other.bytes(of: name)) }
        _ = try Segment(SegmentHeader(ledger: id, firstSeq: 1, epoch: 0, previous: .none), in: store)
        let writer = try await open()
        for commit in commits { try await writer.append(commit) }
        try await writer.close()
    }

    /// Derives the log up to a frame, or to the last.
    @discardableResult
    func derive(upTo last: UInt64? = nil, disk: any Disk = LocalDisk()) throws -> LogCheckpoint {
        let segments = try Segment.all(in: store)
        let end = try LedgerScan(segments, in: store, after: nil).chain.seq
        return try LogDerivation(
            directory: LedgerDirectory(path: path, disk: disk), store: store, segments: segments, last: last ?? end
        ).run().checkpoint
    }

    /// The files of the log by their paths below its directory.
    func logFiles() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path + "/log") {
            guard let data = FileManager.default.contents(atPath: "\(path)/log/\(name)") else { continue }
            files[name] = data
        }
        return files
    }

    func copyLog(from other: borrowing TemporaryLedger, state: Bool) throws {
        try FileManager.default.copyItem(atPath: other.path + "/log", toPath: path + "/log")
        if state { try replace("log-state", with: other.bytes(of: "log-state")) }
    }
}

extension Commit {
    /// A commit that says something of each of many tenants, told from others by its number.
    static func shared(_ number: Int, tenants: Int) -> Commit {
        var commit = Commit.small(number)
        let entry = commit.delta.entries[0]
        commit.delta.entries = (0..<tenants).map { tenant in
            var entry = entry
            entry.tenant = ByteString("tenant-\(tenant)")
            return entry
        }
        return commit
    }
}
