import Foundation
import Testing

extension EndToEnd {
    @Suite(
        "A full disk",
        .enabled(if: SmallFileSystem.isPossible, "a small file system cannot be mounted here: run the tests as root"))
    struct DiskFull {
        /// What lies on the small file system.
        enum Part: String, CaseIterable, Sendable {
            case wholeLedger = "the ledger"
            case segments = "only the segments"
            case index = "only the index"
        }

        @Test(
            "A disk that is full ends the run with 3 and one line that says what to do; with more room nothing is missing",
            arguments: Part.allCases, [640, 1_200])
        func fillsUp(_ part: Part, kibibytes: Int) throws {
            let workspace = try Workspace.generated(records: 60_000, seed: 31)
            for name in ["calm", "small"] {
                try workspace.copyConfiguration(
                    to: "\(name).yaml", ledger: name, commit: "{interval: 1h, bytes: 1MiB}")
            }
            try workspace.runUntilIdle(configuration: "calm.yaml")
            let expected = try workspace.totals(configuration: "calm.yaml")

            let disk = try Self.smallDisk(for: part, kibibytes: kibibytes, in: workspace)
            for attempt in ["first", "second"] {
                let run = try workspace.odometer("run", "-c", "small.yaml", "--until-idle", "--progress", "none")
                #expect(run.status == .exit(3), "the \(attempt) run: \(run.errors)")
                // The second run may have cut a torn tail, and says so.
                let lines = run.errors.split(separator: "\n").filter { !$0.hasPrefix("warning: ledger: ") }
                #expect(lines.count == 1, "\(run.errors)")
                let line = try #require(lines.first)
                #expect(line.hasPrefix("odometer: ") && line.contains(workspace.file("small").path), "\(line)")
                #expect(line.contains("No space left on device; free some space and run it again"), "\(line)")
            }
            try disk.grow(toKibibytes: 64 << 10)
            try workspace.runUntilIdle(configuration: "small.yaml")
            #expect(try workspace.totals(configuration: "small.yaml") == expected)
            let verified = try workspace.odometer("ledger", "verify", "-c", "small.yaml")
            #expect(verified.status == .exit(0), "\(verified.errors)")
        }

        /// Mounts it so that this part of the ledger lies on it, and the rest elsewhere.
        private static func smallDisk(
            for part: Part, kibibytes: Int, in workspace: Workspace
        ) throws -> SmallFileSystem {
            switch part {
            case .wholeLedger:
                return try SmallFileSystem(at: workspace.file("small"), kibibytes: kibibytes)
            case .segments:
                return try SmallFileSystem(at: workspace.file("small/segments"), kibibytes: kibibytes)
            case .index:
                let disk = try SmallFileSystem(at: workspace.file("small"), kibibytes: kibibytes)
                try disk.show(workspace.file("large"), at: "segments")
                return disk
            }
        }
    }
}
