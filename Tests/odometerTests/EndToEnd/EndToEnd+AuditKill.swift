import Foundation
import Testing

extension EndToEnd {
    @Suite("Audits that are killed")
    struct AuditKill {
        @Test("An audit that is killed again and again goes on from where it was, and ends with the same report")
        func goesOn() throws {
            let workspace = try Workspace.generated(records: 40_000, seed: 31)
            try workspace.copyConfiguration(
                to: "odometer.yaml", ledger: "small", commit: "{interval: 5ms, bytes: 256KiB}")
            try workspace.runUntilIdle("--batch-size", "256KiB")
            let file = "logs/events-001.ndjson"
            var bytes = try Data(contentsOf: workspace.file(file))
            let place = try #require(bytes.range(of: Data("2026".utf8)))
            bytes[place.lowerBound + 3] = 0x37
            let handle = try FileHandle(forWritingTo: workspace.file(file))
            try handle.write(contentsOf: bytes)
            try handle.close()

            let whole = try workspace.odometer("audit", "--format", "json").output
            let journal = workspace.file("small.audit")
            #expect(!FileManager.default.fileExists(atPath: journal.path))
            var random = SeededGenerator(seed: 5)
            var (kills, resumed) = (0, 0)
            while resumed < 5, kills < 200 {
                let audit = try workspace.start(["audit", "--format", "json", "--workers", "2"])
                // Killed by how much it has noted and not by the time it took: a machine may be slow at any moment.
                let noted = size(of: journal) + Int.random(in: 1...4_000, using: &random)
                var ended = try audit.result(within: .milliseconds(1))
                while ended == nil, size(of: journal) < noted { ended = try audit.result(within: .milliseconds(1)) }
                if let ended {
                    #expect(ended.status == .exit(1), "\(ended.errors)")
                    #expect(ended.output == whole)
                    if ended.errors.contains("was interrupted") { resumed += 1 }
                    #expect(!FileManager.default.fileExists(atPath: journal.path))
                } else {
                    audit.kill()
                    _ = try audit.result()
                    kills += 1
                }
            }
            #expect(resumed == 5, "after \(kills) kills")
        }

        /// In bytes; 0 where it is not there.
        private func size(of journal: URL) -> Int {
            let attributes = try? FileManager.default.attributesOfItem(atPath: journal.path)
            return attributes?[.size] as? Int ?? 0
        }

        @Test("What was checked under another selection, or is to be checked anew, is not believed")
        func otherSelection() throws {
            let workspace = try Workspace.probe()
            try workspace.write(Workspace.probeLine(id: "1"), to: "a.ndjson")
            try workspace.runUntilIdle()
            let journal = workspace.file("ledger.audit")
            // As a killed audit would have left it: of other parameters, and with a line for every commit.
            try Data("odometer audit 0 other\n2 \(String(repeating: "0", count: 64)) 7\n".utf8).write(to: journal)
            let result = try workspace.odometer("audit", "--format", "json")
            #expect(result.status == .exit(0))
            #expect(!result.errors.contains("was interrupted"))
            #expect(String(decoding: result.output, as: UTF8.self).contains("\"events_checked\":1"))
        }
    }
}
