import Foundation
import Testing

extension EndToEnd {
    @Suite("The ledger on disk")
    struct Ledger {
        @Test("A damaged ledger stops a run with status 3, is left as it is, and does not verify")
        func damage() throws {
            let workspace = try Self.workspaceWithFourCommits()
            #expect(try workspace.odometer("ledger", "verify", "-c", "odometer.yaml").status == .exit(0))

            let first = try #require(try Self.segments(of: workspace).first)
            var bytes = [UInt8](try Data(contentsOf: first))
            let end = try #require(bytes.lastIndex { $0 != 0 })
            bytes[end / 3] ^= 0x01
            try Data(bytes).write(to: first)

            try workspace.write(Workspace.probeLine(id: "new"), to: "new.ndjson")
            let run = try workspace.odometer("run", "-c", "odometer.yaml", "--until-idle")
            #expect(run.status == .exit(3))
            #expect(!run.errors.isEmpty)
            #expect(try workspace.odometer("ledger", "verify", "-c", "odometer.yaml").status == .exit(1))
            #expect([UInt8](try Data(contentsOf: first)) == bytes)
        }

        @Test("A last commit that was torn is read again from its sources", arguments: [1, 20, 200])
        func tornTail(_ missing: Int) throws {
            let workspace = try Self.workspaceWithFourCommits()
            let amount = try workspace.totalAmount()
            let status = try workspace.status()

            let last = try #require(try Self.segments(of: workspace).last)
            let bytes = [UInt8](try Data(contentsOf: last))
            let end = try #require(bytes.lastIndex { $0 != 0 })
            try Data(bytes[..<(end + 1 - missing)]).write(to: last)
            try Self.removeIndex(of: workspace)

            try workspace.runUntilIdle()
            #expect(try workspace.totalAmount() == amount)
            #expect(try workspace.status() == status)
            let verified = try workspace.odometer("ledger", "verify", "-c", "odometer.yaml")
            #expect(verified.status == .exit(0), "\(verified.errors)")
        }

        @Test("An index that was deleted comes back the same")
        func index() throws {
            let workspace = try Workspace.generated(records: 5_000, seed: 9)
            try workspace.runUntilIdle()
            let before = try workspace.totals()
            try Self.removeIndex(of: workspace)
            try workspace.runUntilIdle()
            #expect(try workspace.totals() == before)
        }

        private static func workspaceWithFourCommits() throws -> Workspace {
            let workspace = try Workspace.probe()
            for number in 0..<4 {
                let lines = (0..<50).map { Workspace.probeLine(id: "\(number)-\($0)", amount: "0.\(number + 1)") }
                try workspace.write(lines.joined(), to: "\(number).ndjson")
                try workspace.runUntilIdle()
            }
            return workspace
        }

        /// The segments that hold something, the oldest first.
        private static func segments(of workspace: Workspace) throws -> [URL] {
            let directory = workspace.file("ledger/segments")
            return try FileManager.default.contentsOfDirectory(atPath: directory.path)
                .filter { $0.hasSuffix(".seg") }
                .sorted()
                .map { directory.appendingPathComponent($0) }
        }

        private static func removeIndex(of workspace: Workspace) throws {
            let ledger = workspace.file("ledger")
            let files = try FileManager.default.contentsOfDirectory(atPath: ledger.path)
                .filter { $0.hasPrefix("index.sqlite") }
            try #require(!files.isEmpty)
            for file in files { try FileManager.default.removeItem(at: ledger.appendingPathComponent(file)) }
        }
    }
}
