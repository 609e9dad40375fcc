import Foundation
import Testing

extension EndToEnd {
    @Suite("Backfilling")
    struct Backfill {
        /// Lines that a live file would keep back: the last one has no end, and is no record by itself.
        private static let unfinished = Workspace.probeLine(id: "1") + Workspace.probeLine(id: "2").prefix(60)

        @Test("Archives of every form have the oracle's totals, and a repeated backfill reads nothing")
        func everyForm() throws {
            let workspace = try Workspace.generated(records: 20_000, seed: 21, files: 4)
            try workspace.askOracle(files: 4)
            try workspace.archiveLogs()
            let first = try workspace.backfill("gateway")
            #expect(first.status == .exit(0), "\(first.errors)")
            #expect(first.errors.split(separator: "\n").count == 1, "\(first.errors)")
            let differences = try workspace.differencesFromOracle(configuration: "odometer.yaml")
            #expect(differences.isEmpty, "\(differences)")
            let commits = try workspace.commits()
            let second = try workspace.backfill("gateway")
            #expect(second.status == .exit(0), "\(second.errors)")
            #expect(second.errors.hasPrefix("0 records read"), "\(second.errors)")
            #expect(try workspace.commits() == commits)
        }

        @Test("The end of an archived file ends its last line")
        func lastLine() throws {
            let workspace = try Workspace.probe()
            try workspace.write(Self.unfinished, to: "a.ndjson")
            try workspace.runUntilIdle()
            #expect(try workspace.status().pendingBytes == 60)
            #expect(try workspace.backfill().status == .exit(0))
            let status = try workspace.status()
            #expect(status.read == 2)
            #expect(status.reasons == ["malformed_json": 1])
            #expect(status.pendingBytes == 0)
        }

        @Test("A run after a backfill, and a backfill after a run, read nothing twice")
        func runAndBackfill() throws {
            let workspace = try Workspace.generated(records: 5_000, seed: 22, files: 4)
            try workspace.archiveLogs()
            #expect(try workspace.backfill("gateway").status == .exit(0))
            let totals = try workspace.totals()
            let commits = try workspace.commits()
            try workspace.runUntilIdle()
            #expect(try workspace.commits() == commits)

            try workspace.copyConfiguration(to: "run.yaml", ledger: "run")
            try workspace.runUntilIdle(configuration: "run.yaml")
            #expect(try workspace.totals(configuration: "run.yaml") == totals)
            #expect(try workspace.backfill("gateway", configuration: "run.yaml").errors.hasPrefix("0 records read"))
            #expect(try workspace.totals(configuration: "run.yaml") == totals)
        }

        @Test("Only the source that is named is read")
        func oneSource() throws {
            let workspace = try Workspace.probe()
            try workspace.replaceInConfiguration(
                "meters:", with: "  - name: other\n    files: {include: [\"*.other\"]}\nmeters:")
            try workspace.write(Workspace.probeLine(id: "1"), to: "a.ndjson")
            try workspace.write(Workspace.probeLine(id: "2", amount: "4"), to: "a.other")
            #expect(try workspace.backfill("other").status == .exit(0))
            #expect(try workspace.totalAmount() == "4")
            #expect(try workspace.backfill("probe").status == .exit(0))
            #expect(try workspace.totalAmount() == "5")
        }

        @Test("A file that is cut off inside its stream is named, and the others are counted")
        func truncated() throws {
            let workspace = try Workspace.probe()
            try workspace.replaceInConfiguration("*.ndjson", with: "*.ndjson*")
            let lines = (0..<2_000).map { Workspace.probeLine(id: "\($0)", amount: "\($0 * 7_919 % 1_000)") }.joined()
            try workspace.write(lines, to: "a.ndjson")
            try workspace.write(Workspace.probeLine(id: "after"), to: "b.ndjson")
            try workspace.succeed(Programs.environment, ["gzip", "-n", "a.ndjson"])
            let whole = try Data(contentsOf: workspace.file("a.ndjson.gz"))
            try whole.prefix(whole.count / 2).write(to: workspace.file("a.ndjson.gz"))
            let result = try workspace.backfill()
            #expect(result.status == .exit(3))
            #expect(result.errors.contains("a.ndjson.gz: truncated gzip"), "\(result.errors)")
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
            let accepted = try workspace.status().accepted
            #expect((100..<2_001).contains(accepted))

            // When the whole file is there, the rest of it is counted.
            try whole.write(to: workspace.file("a.ndjson.gz"))
            #expect(try workspace.backfill().status == .exit(0))
            #expect(try workspace.status().accepted == 2_001)
        }

        @Test("A file that cannot be read is named, and the others are counted")
        func unreadable() throws {
            let workspace = try Workspace.probe()
            // Not even the superuser can read a link to itself.
            try FileManager.default.createSymbolicLink(
                atPath: workspace.file("a.ndjson").path, withDestinationPath: "a.ndjson")
            try workspace.write(Workspace.probeLine(id: "1"), to: "b.ndjson")
            let result = try workspace.backfill()
            #expect(result.status == .exit(3))
            #expect(result.errors.contains("a.ndjson"), "\(result.errors)")
            #expect(try workspace.totalAmount() == "1")
        }

        @Test("A source that there is not is the caller's mistake, told with those there are")
        func unknownSource() throws {
            let workspace = try Workspace.probe()
            try workspace.replaceInConfiguration(
                "meters:", with: "  - name: other\n    files: {include: [\"*.other\"]}\nmeters:")
            let result = try workspace.backfill("prope")
            #expect(result.status == .exit(2))
            #expect(result.errors == "there is no source prope; the configuration has probe, other\n")
            let none = try workspace.odometer("backfill", "-c", "odometer.yaml")
            #expect(none.status == .exit(2))
            #expect(none.errors.contains("--source"))
            #expect(!FileManager.default.fileExists(atPath: workspace.file("ledger").path))
        }

        @Test(
            "Times that are none, or the wrong way round, are the caller's mistake",
            arguments: [
                ["--from", "yesterday"], ["--to", "2026-13-01"], ["--from", "2026-11-02", "--to", "2026-11-01"],
                ["--from", "2026-11-01", "--to", "2026-11-01T00:00:00Z"],
            ])
        func wrongTimes(_ options: [String]) throws {
            let workspace = try Workspace.probe()
            let result = try workspace.start(["backfill", "--source", "probe"] + options).result()
            #expect(result.status == .exit(2))
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
            #expect(result.errors.contains(options.count == 2 ? options[0] : "--to"), "\(result.errors)")
        }
    }
}
