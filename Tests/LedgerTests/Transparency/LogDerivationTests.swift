import Foundation
import Testing
import UsageModel

@testable import Ledger

@Suite("Deriving the log")
struct LogDerivationTests {
    @Test("In steps of any size it becomes what it becomes at once, and every step continues the ones before")
    func incremental() async throws {
        var generator = SplitMix64(seed: 5)
        let place = try await TemporaryLedger(commits: 90, tenants: 13)
        var checkpoints = [try place.derive(upTo: 0)]
        #expect(checkpoints[0].tree == SignedTree(size: 0, root: MerkleHash.empty))
        var last: UInt64 = 0
        while last < 90 {
            last = min(90, last + UInt64.random(in: 0...12, using: &generator))
            let checkpoint = try place.derive(upTo: last)
            #expect(checkpoint.size == last * 13)
            checkpoints.append(checkpoint)
            var tree = TileTree(size: checkpoint.size, in: TileStore(directory: place.directory))
            for old in checkpoints {
                let path = try tree.consistency(from: old.size, to: checkpoint.size)
                let new = (checkpoint.size, checkpoint.root)
                #expect(MerkleProof.isConsistent(old: (old.size, old.root), new: new, path: path))
            }
        }
        let scratch = try TemporaryLedger(copying: place)
        try scratch.remove("log")
        try scratch.remove("log-state")
        #expect(try scratch.derive() == checkpoints.last)
        let (stepped, once) = (try place.logFiles(), try scratch.logFiles())
        #expect(once.allSatisfy { stepped[$0.key] == $0.value })
        #expect(once["tile/0/003"]?.count == 8_192)
        #expect(once["tile/entries/003"]?.count == 256 * 34)
        // Narrower tiles stay only where the tile is not full yet.
        #expect(stepped.keys.allSatisfy { !$0.contains(".p/") || $0.contains("004.p") || $0.contains("/1/000.p") })
    }

    @Test("Where nothing has come, nothing is signed or written")
    func nothingNew() async throws {
        let place = try await TemporaryLedger(commits: 3, tenants: 2)
        let checkpoint = try place.derive()
        let files = try place.files()
        #expect(try place.derive() == checkpoint)
        #expect(try place.derive(upTo: 1) == checkpoint)
        #expect(try place.files() == files)
        let writer = try await place.open()
        _ = try await writer.ensureDocument(.tenants, [1])
        try await writer.close()
        #expect(try place.derive() == checkpoint)
    }

    @Test("Without the state it is derived again, the same, and a broken tile is whole again")
    func repair() async throws {
        let place = try await TemporaryLedger(commits: 30, tenants: 10)
        let checkpoint = try place.derive()
        let files = try place.files()
        for name in ["log/tile/0/000", "log/tile/0/001.p/44", "log/tile/entries/000", "log/tile/1/000.p/1"] {
            var bytes = try place.bytes(of: name)
            bytes[bytes.count / 2] ^= 1
            try place.replace(name, with: bytes)
            let report = try LedgerReader.verify(path: place.path)
            #expect(report.problems.count == 1 && report.problems[0].contains(name), "\(report.problems)")
            try place.remove("log-state")
            #expect(try place.derive() == checkpoint)
            #expect(try place.files() == files)
            #expect(try LedgerReader.verify(path: place.path).problems == [])
        }
        for text in ["", "x", "odometer-log-state/1\nframe 1 2 3 4\ntree 1 2\n"] {
            try place.replace("log-state", with: Array(text.utf8))
            #expect(try place.derive() == checkpoint)
            #expect(try place.files() == files)
        }
    }

    @Test("The key is secret, and without it or with another's nothing is signed")
    func key() async throws {
        let place = try await TemporaryLedger(commits: 2, tenants: 2)
        try place.derive()
        let attributes = try FileManager.default.attributesOfItem(atPath: place.path + "/log-key")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let key = try place.bytes(of: "log-key")
        let secret = String(decoding: key, as: UTF8.self).split(separator: "+").last ?? ""
        #expect(try place.logFiles().values.allSatisfy { !String(decoding: $0, as: UTF8.self).contains(secret) })
        let files = try place.logFiles()
        for wrong in [nil, Array(key.dropLast(9)), []] as [[UInt8]?] {
            if let wrong { try place.replace("log-key", with: wrong) } else { try place.remove("log-key") }
            expectDamage("key of \(wrong?.count ?? -1) bytes", naming: "log-key") { try place.derive() }
            #expect(try LedgerReader.verify(path: place.path).problems.count == 1)
        }
        let other = try await TemporaryLedger(commits: 1, tenants: 1)
        try other.derive()
        try place.replace("log-key", with: other.bytes(of: "log-key"))
        expectDamage("of another ledger", naming: "log-key") { try place.derive() }
        #expect(try place.logFiles() == files)
        try place.replace("log-key", with: key)
        try place.replace("log/checkpoint", with: other.bytes(of: "log/checkpoint"))
        expectDamage("another's checkpoint", naming: "checkpoint") { try place.derive() }
        #expect(try LedgerReader.verify(path: place.path).problems.count == 1)
    }

    @Test("A history that was rewritten or cut is not signed, whatever of the log is left", arguments: [true, false])
    func rewritten(hasState: Bool) async throws {
        let place = try await TemporaryLedger(commits: 6, tenants: 3)
        let old = try place.derive()
        var commits = (1...6).map { Commit.shared($0, tenants: 3) }
        commits[2].delta.entries[1].aggregate = .sum(Quantity(units: 3_000_000_000_001), events: 1)
        for (forged, message) in [(commits, "rewritten"), (Array(commits[..<5]), "cut")] {
            let forgery = try await TemporaryLedger(forging: place, forged)
            try forgery.copyLog(from: place, state: hasState)
            let files = try forgery.files()
            expectDamage(message, naming: message) { try forgery.derive() }
            #expect(try forgery.files() == files)
            let report = try LedgerReader.verify(path: forgery.path)
            #expect(report.problems.count == 1 && report.problems[0].contains(message), "\(report.problems)")
            // With the checkpoint gone, the state alone still tells.
            try forgery.remove("log")
            if hasState { expectDamage(message, naming: message) { try forgery.derive() } }
        }
        // Whoever removes every trace can sign again, but cannot prove it to one who kept a checkpoint.
        let forgery = try await TemporaryLedger(forging: place, commits)
        let log = try LedgerReader.open(path: forgery.path).log()
        #expect(log.checkpoint.size == old.size)
        #expect(try log.consistency(since: old) == nil)
        #expect(try log.consistency(since: log.checkpoint)?.path == [])
    }

    private func expectDamage(_ what: String, naming text: String, _ body: () throws -> LogCheckpoint) {
        do {
            _ = try body()
            Issue.record("\(what): it was signed")
        } catch let error as LedgerError {
            guard case .damaged = error, error.description.contains(text) else {
                Issue.record("\(what): \(error)")
                return
            }
        } catch {
            Issue.record("\(what): \(error)")
        }
    }
}
