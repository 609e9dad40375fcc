import Foundation
import Testing
import UsageModel

@testable import Ledger

@Suite("Proofs from the log")
struct TransparencyLogTests {
    @Test("Every statement is proved, by commit and all together, and is where the order says")
    func proofs() async throws {
        let place = try await TemporaryLedger(commits: 40, tenants: 9)
        let log = try LedgerReader.open(path: place.path).log()
        #expect(log.checkpoint.size == 360)
        let all = try log.statements(of: "tenant-4")
        #expect(all.map(\.commit) == Array(1...40))
        let proofs = try log.inclusion(of: all)
        #expect(proofs.map(\.index) == (0..<40).map { $0 * 9 + 4 })
        for proof in proofs {
            #expect(proof.checkpoint == log.checkpoint)
            let root = MerkleProof.root(
                of: MerkleHash.leaf(proof.statement.entry.bytes), at: proof.index, in: 360, path: proof.path)
            #expect(root == log.checkpoint.root)
        }
        #expect(try log.statements(of: "tenant-4", commit: 17) == [all[16]])
        #expect(try log.statements(of: "tenant-4", commit: 41) == [])
        #expect(try log.statements(of: "tenant-4", commit: 0) == [])
        #expect(try log.statements(of: "tenant-9", commit: 17) == [])
        #expect(try log.statements(of: "tenant-9") == [])
    }

    @Test("A proof is written as tlog-proof and tlog-witness say")
    func text() async throws {
        let place = try await TemporaryLedger(commits: 2, tenants: 2)
        let old = try place.derive(upTo: 1)
        let log = try LedgerReader.open(path: place.path).log()
        let proof = try #require(try log.inclusion(of: try log.statements(of: "tenant-1", commit: 2)).first)
        func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
        let note = String(decoding: log.checkpoint.note, as: UTF8.self)
        let hashes = proof.path.map { base64($0.bytes) + "\n" }.joined()
        let text = "c2sp.org/tlog-proof@v1\nextra \(base64(proof.statement.salt))\nindex 3\n\(hashes)\n\(note)"
        #expect(String(decoding: proof.text, as: UTF8.self) == text)
        #expect(proof.path.count == 2)
        let consistency = try #require(try log.consistency(since: old))
        let hash = base64(consistency.path[0].bytes)
        #expect(consistency.path.count == 1)
        #expect(String(decoding: consistency.text, as: UTF8.self) == "old 2\n\(hash)\n\n\(note)")
        #expect(note.hasPrefix("odometer/"))
        #expect(try place.bytes(of: "log/checkpoint") == log.checkpoint.note)
        #expect(try place.bytes(of: "log/key.pub") == Array("\(log.verifier)\n".utf8))
    }

    @Test("Beside a writer the log has what the index has, and the writer does not wait for it")
    func besideWriter() async throws {
        let place = TemporaryLedger()
        let writer = try await place.open()
        try await writer.append(.shared(1, tenants: 3))
        try await writer.applyIndex()
        try await writer.append(.shared(2, tenants: 3))
        #expect(try LedgerReader.deriveLog(path: place.path).size == 3)
        let lock = try LedgerLock.log(place.directory)
        try await writer.append(.shared(3, tenants: 3))
        _ = consume lock
        try await writer.close()
        #expect(try LedgerReader.deriveLog(path: place.path).size == 9)
    }

    @Test("Tiles that do not have what the segments say give no proof")
    func brokenTiles() async throws {
        let place = try await TemporaryLedger(commits: 30, tenants: 10)
        let old = try place.derive(upTo: 9)
        let log = try LedgerReader.open(path: place.path).log()
        let statements = try log.statements(of: "tenant-3")
        for name in ["log/tile/0/000", "log/tile/entries/000"] {
            let right = try place.bytes(of: name)
            var wrong = right
            wrong[wrong.count / 2] ^= 1
            try place.replace(name, with: wrong)
            #expect(throws: LedgerError.self) { try log.inclusion(of: statements) }
            try place.replace(name, with: right)
        }
        #expect(try log.inclusion(of: statements).count == 30)
        try place.remove("log/tile/0/000")
        #expect(throws: LedgerError.self) { try log.consistency(since: old) }
    }
}
