import Foundation
import Testing
import UsageModel

@testable import Ledger

@Suite("Statements")
struct StatementTests {
    private static let ledger = LedgerID(bytes: Array(0..<16))

    private static func statements(of commit: Commit, ledger: LedgerID = ledger) throws -> [TenantStatement] {
        try statements(of: .commit(commit), ledger: ledger)
    }

    private static func statements(
        of content: LedgerEntry.Content, ledger: LedgerID = ledger
    ) throws -> [TenantStatement] {
        let frame = LedgerEntry(
            seq: 2, epoch: 1, time: Timestamp(nanoseconds: 0),
            hash: Digest256(bytes: [UInt8](repeating: 0xAB, count: 32)), segment: "", offset: 0, size: 0,
            content: content)
        return TenantStatement.all(in: frame, of: ledger, key: try key())
    }

    private static func key() throws -> LogKey {
        let place = TemporaryLedger()
        try place.directory.create()
        let signer = "PRIVATE+KEY+odometer/000102030405060708090a0b0c0d0e0f+"
        let salts = Data((0..<32).map { UInt8($0) }).base64EncodedString()
        let seed = Data([1] + [UInt8](repeating: 9, count: 32)).base64EncodedString()
        try place.replace("log-key", with: Array("\(signer)a81513f2+\(seed)\nSALT+KEY+\(salts)\n".utf8))
        return try #require(try LogKey.read(in: place.directory, of: ledger))
    }

    @Test("The statement of the golden commit is this text, byte by byte, and its entry this digest")
    func golden() throws {
        let statement = try #require(try Self.statements(of: .golden).first)
        let text = """
            odometer-statement/1
            ledger 000102030405060708090a0b0c0d0e0f
            commit 2
            frame abababababababababababababababababababababababababababababababab
            tenant t
            configuration c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0
            tenants 7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e
            entry meter=requests aggregation=count start=1970-01-01T00:00:00Z end=1970-01-01T01:00:00Z value=2 \
            events=2 correction=no
            entry meter=bytes aggregation=sum start=1970-01-01T00:00:00Z end=1970-01-01T01:00:00Z \
            value=-0.000000000001 events=1 correction=no dimension:/data/region
            entry meter=bytes aggregation=sum start=1970-01-01T00:00:00Z end=1970-01-01T01:00:00Z value=1 events=1 \
            correction=yes dimension:/data/region=eu

            """
        #expect(String(decoding: statement.text, as: UTF8.self) == text)
        // Both worked out by another program.
        #expect(Hexadecimal.text(statement.salt) == "4226b6a3b23d6247ae30e30e6b3b460a60649b3547b37ffc17dd150c6256368e")
        let entry = "c26baf7011d59d4376f6d2526cb0ee7cf2be4bf56b05b35175ccf082ea0565ca"
        #expect(Hexadecimal.text(statement.entry.bytes) == entry)
    }

    @Test("Tenants come in the order of their bytes, and nothing in a name can end its field or its line")
    func names() throws {
        var commit = Commit.small(1)
        let tenants: [[UInt8]] = [
            [0xFF], Array("é".utf8), Array("a b\nentry meter=x".utf8), [], Array("a%20b".utf8), Array("a".utf8), [0],
            Array("unmapped:/u@x_y.z~-1".utf8),
        ]
        let entry = commit.delta.entries[0]
        commit.delta.entries = tenants.map { tenant in
            var entry = entry
            entry.tenant = ByteString(tenant)
            return entry
        }
        let statements = try Self.statements(of: commit)
        #expect(statements.map(\.tenant) == tenants.map { ByteString($0) }.sorted())
        let lines = statements.map { String(decoding: $0.text, as: UTF8.self).split(separator: "\n")[4] }
        #expect(
            lines == [
                "tenant ", "tenant %00", "tenant a", "tenant a%20b%0Aentry%20meter%3Dx", "tenant a%2520b",
                "tenant unmapped:/u@x_y.z~-1", "tenant %C3%A9", "tenant %FF",
            ])
        #expect(statements.allSatisfy { $0.text.allSatisfy { $0 == 0x0A || (0x20...0x7E).contains($0) } })
        #expect(Set(statements.map(\.salt)).count == tenants.count)
    }

    @Test("Of a tenant's usage nothing is missing, and there is nothing of another's")
    func complete() throws {
        var generator = SplitMix64(seed: 11)
        for _ in 0..<50 {
            let commit = Commit.random(using: &generator, entries: 40)
            let statements = try Self.statements(of: commit)
            #expect(Set(statements.map(\.tenant)) == Set(commit.delta.entries.map(\.tenant)))
            for statement in statements {
                let own = commit.delta.entries.filter { $0.tenant == statement.tenant }
                let lines = String(decoding: statement.text, as: UTF8.self).split(separator: "\n").dropFirst(7)
                #expect(lines.count == own.count)
                for (line, entry) in zip(lines, own) {
                    let meter = commit.delta.meters[Int(entry.meter)]
                    #expect(line.hasPrefix("entry meter=\(meter.name) aggregation=\(meter.aggregation.rawValue) "))
                    #expect(
                        line.contains(
                            " value=\(entry.aggregate.value(dividedBy: .one)?.description ?? "-") events=\(entry.aggregate.events) "
                        ))
                    #expect(line.contains(" correction=\(entry.correction == nil ? "no" : "yes") dimension:"))
                }
            }
        }
    }

    @Test("A seal says of each tenant what was frozen of its usage")
    func seal() throws {
        let seal = Seal(
            before: Timestamp(nanoseconds: 3_600_000_000_000), after: nil, asOf: 1, totals: Commit.golden.delta)
        let statement = try #require(try Self.statements(of: .seal(seal)).first)
        let lines = String(decoding: statement.text, as: UTF8.self).split(separator: "\n")
        #expect(lines[2] == "seal 2")
        #expect(lines[4...7] == ["tenant t", "before 1970-01-01T01:00:00Z", "after -", "as-of 1"])
        #expect(lines.count == 11)
    }

    @Test("A document has no statements")
    func document() throws {
        #expect(try Self.statements(of: .document(LedgerDocument(kind: .tenants, bytes: [1]))) == [])
    }
}
