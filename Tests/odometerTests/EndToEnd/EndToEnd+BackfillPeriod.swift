import Foundation
import Testing

extension EndToEnd {
    @Suite("Backfilling a period")
    struct BackfillPeriod {
        /// One line for each time, with the amounts 1, 10, 100 and so on from file to file, so that a total tells which
        /// were counted.
        private static func lines(_ name: String, _ amount: String, _ times: String...) -> String {
            times.enumerated().map {
                Workspace.probeLine(id: "\(name)-\($0.offset)", amount: amount, time: $0.element)
            }.joined()
        }

        private static func workspace() throws -> Workspace {
            let workspace = try Workspace.probe()
            try workspace.replaceInConfiguration("*.ndjson", with: "*.ndjson*")
            let files = [
                lines("before", "1", "2026-10-01T00:00:00Z", "2026-10-31T23:59:59.999999999Z"),
                lines("across", "10", "2026-10-31T23:00:00Z", "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"),
                lines("after", "100", "2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z"),
                "{}\nnothing\n", lines("within", "1000", "2026-11-01T23:59:59.999999999Z"),
            ]
            for (name, text) in zip(["a", "b", "c", "d", "e"], files) {
                try workspace.write(text, to: name + ".ndjson")
            }
            for name in ["a", "b"] { try workspace.succeed(Programs.environment, ["gzip", name + ".ndjson"]) }
            return workspace
        }

        @Test("Files with an event in the period are read as a whole, and the others left for another time")
        func wholeFiles() throws {
            let workspace = try Self.workspace()
            let result = try workspace.backfill("probe", "--from", "2026-11-01", "--to", "2026-11-02T00:00:00Z")
            #expect(result.status == .exit(0), "\(result.errors)")
            #expect(result.errors.contains("; 3 files left alone"), "\(result.errors)")
            #expect(try workspace.totalAmount() == "1030")
            #expect(try workspace.status().read == 4)
            // What is left unread holds the watermark: it may belong to the same windows.
            #expect(try !Self.hasFinalWindows(workspace))
            #expect(try workspace.backfill("probe", "--from", "2026-11-03").status == .exit(0))
            #expect(try workspace.totalAmount() == "1230")
            #expect(try workspace.backfill("probe", "--to", "2026-10-31").status == .exit(0))
            #expect(try workspace.totalAmount() == "1232")
            #expect(try workspace.status().rejected == 0)
            try workspace.write(Self.lines("later", "10000", "2026-11-04T00:00:00Z"), to: "f.ndjson")
            try workspace.runUntilIdle()
            let status = try workspace.status()
            #expect(status.read == 11)
            #expect(status.accepted == 9)
            #expect(try workspace.totalAmount() == "11232")
            #expect(try Self.hasFinalWindows(workspace))
        }

        private static func hasFinalWindows(_ workspace: Workspace) throws -> Bool {
            String(decoding: try workspace.usageText(of: "amount"), as: UTF8.self).contains(#""final":true"#)
        }

        @Test("A file that was begun is taken on where an event in the period is in it, counted or not")
        func begun() throws {
            let workspace = try Workspace.probe()
            try workspace.write(Self.lines("one", "1", "2026-10-01T00:00:00Z"), to: "a.ndjson")
            try workspace.runUntilIdle()
            try workspace.append(Self.lines("two", "10", "2026-10-02T00:00:00Z"), to: "a.ndjson")
            #expect(try workspace.backfill("probe", "--from", "2026-11-01").status == .exit(0))
            #expect(try workspace.totalAmount() == "1")
            try workspace.append(Self.lines("three", "100", "2026-11-01T00:00:00Z"), to: "a.ndjson")
            #expect(try workspace.backfill("probe", "--from", "2026-11-01").status == .exit(0))
            #expect(try workspace.totalAmount() == "111")
            try workspace.append(Self.lines("four", "1000", "2026-10-03T00:00:00Z"), to: "a.ndjson")
            #expect(try workspace.backfill("probe", "--from", "2026-11-01").status == .exit(0))
            #expect(try workspace.totalAmount() == "1111")
        }

        @Test("Whether a broken file has an event in the period cannot be told, so it is an error")
        func brokenFile() throws {
            let workspace = try Self.workspace()
            var bytes = try Data(contentsOf: workspace.file("a.ndjson.gz"))
            bytes.removeLast(6)
            try bytes.write(to: workspace.file("a.ndjson.gz"))
            let result = try workspace.backfill("probe", "--from", "2026-11-01", "--to", "2026-11-02")
            #expect(result.status == .exit(3))
            #expect(result.errors.contains("a.ndjson.gz: truncated gzip"), "\(result.errors)")
            #expect(try workspace.totalAmount() == "1030")
        }

        @Test("Backfills of one period after the other, in any order, come to the oracle's totals")
        func periodByPeriod() throws {
            // No conflicts: which of two is the first depends on the order.
            let workspace = try Workspace()
            let arguments = "generate --output . --seed 24 --events 20000 --files 4 --conflicts 0"
            try workspace.succeed(Programs.fixtures, arguments.split(separator: " ").map(String.init))
            try workspace.askOracle(files: 4)
            try workspace.archiveLogs()
            for hour in ["22", "03", "12", "08", "17"] {
                let result = try workspace.backfill(
                    "gateway", "--from", "2026-11-01T\(hour):00:00Z", "--to", "2026-11-01T\(hour):20:00Z")
                #expect(result.status == .exit(0), "\(result.errors)")
            }
            let differences = try workspace.differencesFromOracle(configuration: "odometer.yaml")
            #expect(differences.isEmpty, "\(differences)")
        }

        @Test("Old archives beside a ledger that is months ahead come to the oracle's totals, and to those of one run")
        func behindTheWatermark() throws {
            let workspace = try Workspace()
            let arguments = "generate --output . --seed 25 --events 20000 --files 4 --conflicts 0 --hours 2400"
            try workspace.succeed(Programs.fixtures, arguments.split(separator: " ").map(String.init))
            try workspace.askOracle(files: 4)
            try workspace.copyConfiguration(to: "once.yaml", ledger: "once")
            try workspace.runUntilIdle(configuration: "once.yaml")

            // The last quarter is live; the others come from elsewhere once it has been read.
            try FileManager.default.createDirectory(at: workspace.file("cold"), withIntermediateDirectories: false)
            for number in 0..<3 {
                let name = "events-00\(number).ndjson"
                try FileManager.default.moveItem(at: workspace.file("logs/" + name), to: workspace.file("cold/" + name))
                try workspace.succeed(Programs.environment, ["gzip", "cold/" + name])
            }
            try workspace.runUntilIdle()
            try workspace.replaceInConfiguration(
                "tenants:", with: "  - name: archive\n    files: {include: [\"cold/*\"]}\ntenants:")
            let result = try workspace.backfill("archive")
            #expect(result.status == .exit(0), "\(result.errors)")
            let differences = try workspace.differencesFromOracle(configuration: "odometer.yaml")
            #expect(differences.isEmpty, "\(differences)")
            // What is in the ledger already is a correction there, and final or not as the watermark says.
            #expect(try workspace.status() == workspace.status(configuration: "once.yaml"))
            for (meter, dimensions) in Workspace.meters {
                let (one, other) = (
                    try workspace.usageText(of: meter, groupBy: dimensions),
                    try workspace.usageText(of: meter, groupBy: dimensions, configuration: "once.yaml")
                )
                #expect(
                    try JSONDecoder().decode(UsageReport.self, from: one).rows
                        == JSONDecoder().decode(UsageReport.self, from: other).rows)
            }
        }
    }
}
