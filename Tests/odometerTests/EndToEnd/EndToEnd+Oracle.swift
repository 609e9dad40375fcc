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
            let logs = (0..<4).map { "logs/events-00\($0).ndjson" }
            try workspace.succeed(
                Programs.environment,
                ["python3", Programs.oracle.path, "usage", "--meters", "meters.json", "--tenants", "tenants.csv"]
                    + ["--expected", "expected.json"] + logs)
            for workers in ["1", "2"] {
                for size in ["256KiB", "1MiB", "4MiB"] {
                    let name = "\(workers)-\(size)"
                    try workspace.copyConfiguration(to: "\(name).yaml", ledger: "ledger-\(name)")
                    try workspace.runUntilIdle(
                        "--workers", workers, "--batch-size", size, configuration: "\(name).yaml")
                    let differences = try Self.differences(in: workspace, configuration: "\(name).yaml")
                    #expect(differences.isEmpty, "\(workers) workers, batches of \(size):\n\(differences)")
                }
            }
        }

        @Test("A sample of every broken record has the oracle's totals, and so has the same log compressed")
        func compressedLogsCountTheSame() throws {
            let workspace = try Workspace.generated(records: 20_000, seed: 3, files: 3)
            let logs = (0..<3).map { "logs/events-00\($0).ndjson" }
            try workspace.succeed(
                Programs.environment,
                ["python3", Programs.oracle.path, "usage", "--meters", "meters.json", "--tenants", "tenants.csv"]
                    + ["--expected", "expected.json"] + logs)
            try workspace.succeed(Programs.environment, ["gzip", logs[0]])
            try workspace.succeed(Programs.environment, ["lz4", "-q", "--rm", logs[1], logs[1] + ".lz4"])
            try workspace.runUntilIdle()
            let differences = try Self.differences(in: workspace, configuration: "odometer.yaml")
            #expect(differences.isEmpty, "\(differences)")
        }

        /// What the oracle finds wrong; empty when all is well.
        private static func differences(in workspace: Workspace, configuration: String) throws -> String {
            let status = try workspace.odometer("status", "-c", configuration, "--format", "json")
            try status.output.write(to: workspace.file("status.json"))
            var arguments = ["python3", Programs.oracle.path, "compare", "--expected", "expected.json"]
            arguments += ["--status", "status.json"]
            for (meter, dimensions) in Workspace.meters {
                for window in ["hour", "day", "total"] {
                    let file = "\(meter)-\(window).json"
                    try workspace.usageText(of: meter, by: window, groupBy: dimensions, configuration: configuration)
                        .write(to: workspace.file(file))
                    arguments += ["--usage", meter, window, file]
                }
            }
            let result = try ChildProcess(Programs.environment, arguments, in: workspace.directory).result()
            return result.status == .exit(0) ? "" : String(decoding: result.output, as: UTF8.self) + result.errors
        }
    }
}
