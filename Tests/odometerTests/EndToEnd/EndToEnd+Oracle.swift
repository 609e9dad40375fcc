import Foundation
import Testing

extension EndToEnd {
    @Suite("Generated events")
    struct Oracle {
        /// What the issue asks for. `ODOMETER_EVENTS` makes it smaller for a quick look.
        private static let records =
            ProcessInfo.processInfo.environment["ODOMETER_EVENTS"].flatMap(Int.init) ?? 1_000_000

        @Test("A million events have the oracle's totals for any number of workers and any size of batch")
        func equalsTheOracle() throws {
            let workspace = try Workspace.generated(records: Self.records)
            try workspace.askOracle(files: 4)
            for workers in ["1", "2"] {
                for size in ["256KiB", "1MiB", "4MiB"] {
                    let name = "\(workers)-\(size)"
                    try workspace.copyConfiguration(to: "\(name).yaml", ledger: "ledger-\(name)")
                    try workspace.runUntilIdle(
                        "--workers", workers, "--batch-size", size, configuration: "\(name).yaml")
                    let differences = try workspace.differencesFromOracle(configuration: "\(name).yaml")
                    #expect(differences.isEmpty, "\(workers) workers, batches of \(size):\n\(differences)")
                }
            }
        }

        @Test("A sample of every broken record has the oracle's totals, and so has the same log compressed")
        func compressedLogsCountTheSame() throws {
            let workspace = try Workspace.generated(records: 20_000, seed: 3, files: 3)
            try workspace.askOracle(files: 3)
            try workspace.succeed(Programs.environment, ["gzip", "logs/events-000.ndjson"])
            let second = "logs/events-001.ndjson"
            try workspace.succeed(Programs.environment, ["lz4", "-q", "--rm", second, second + ".lz4"])
            try workspace.runUntilIdle()
            let differences = try workspace.differencesFromOracle(configuration: "odometer.yaml")
            #expect(differences.isEmpty, "\(differences)")
        }
    }
}
