import Foundation
import Testing

extension EndToEnd {
    @Suite("Repeats that come late")
    struct Repeat {
        private static let old = Workspace.probeLine(id: "old", time: "2025-10-01T00:00:00Z")
        private static let now = Workspace.probeLine(id: "now", time: "2026-11-01T00:00:00Z")

        /// A ledger that has seen an event and, a year and a month later, another.
        private static func workspace(appending configuration: String = "") throws -> Workspace {
            let workspace = try Workspace.probe()
            try workspace.append(configuration, to: "odometer.yaml")
            try workspace.write(old, to: "a.ndjson")
            try workspace.runUntilIdle()
            try workspace.write(now, to: "b.ndjson")
            try workspace.runUntilIdle()
            return workspace
        }

        @Test("A repeat of an event of a year ago is found, also by a run that starts anew")
        func aYearAgo() throws {
            let workspace = try Self.workspace()
            try workspace.write(Self.old, to: "c.ndjson")
            try workspace.runUntilIdle()
            #expect(try workspace.status().duplicates == 1)
            // A ledger whose runs of identities are gone makes them again.
            try? FileManager.default.removeItem(at: workspace.file("ledger/identities"))
            try workspace.write(Self.old + Self.now, to: "d.ndjson")
            try workspace.runUntilIdle()
            let status = try workspace.status()
            #expect(status.accepted == 2)
            #expect(status.duplicates == 3)
            #expect(status.rejected == 0)
        }

        @Test("Where dedup.keep has forgotten the hour, an event is refused as too old, and kept in quarantine")
        func forgotten() throws {
            let workspace = try Self.workspace(appending: "dedup: {horizon: 1d, keep: 30d}\n")
            try workspace.write(Self.old + Self.now, to: "c.ndjson")
            try workspace.runUntilIdle()
            let status = try workspace.status()
            #expect(status.duplicates == 1)
            #expect(status.reasons == ["too_old": 1])
            #expect(status.isComplete)
            let quarantine = try workspace.odometer("quarantine", "--format", "json")
            #expect(String(decoding: quarantine.output, as: UTF8.self).contains(#""reason":"too_old""#))
        }
    }
}
