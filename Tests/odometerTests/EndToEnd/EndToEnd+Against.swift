import Foundation
import Testing

extension EndToEnd {
    @Suite("Audits against a statement")
    struct Against {
        private static let meters = ["probes", "amount"]

        /// Three tenants, one of them of a subject that nobody has, over two days in three files, a commit each; the last file
        /// has a late event of the first day.
        private static func workspace() throws -> Workspace {
            let workspace = try Workspace.probe()
            try workspace.append("tenants: {file: tenants.csv}\n", to: "odometer.yaml")
            try workspace.write("subject,tenant\ns-1,acme\ns-2,\"globex, inc\"\n", to: "tenants.csv")
            for (file, day, hour) in [("a", 1, 0), ("b", 1, 5), ("c", 2, 0)] {
                var lines = (0..<30).map {
                    line(
                        id: "\(file)\($0)", subject: $0 % 3 + 1, time: "2026-11-0\(day)T0\(hour):00:10Z",
                        amount: "0.\($0 + 1)")
                }
                if file == "c" {
                    lines.append(line(id: "late", subject: 1, time: "2026-11-01T00:30:00Z", amount: "100"))
                }
                try workspace.write(lines.joined(), to: "\(file).ndjson")
                try workspace.runUntilIdle()
            }
            return workspace
        }

        private static func line(id: String, subject: Int, time: String, amount: String) -> String {
            Workspace.probeLine(id: id, amount: amount, time: time).replacing("s-1", with: "s-\(subject)")
        }

        /// What `usage` says of both meters, as one statement.
        private static func statement(of workspace: Workspace, by window: String) throws -> [String] {
            var lines: [String] = ["meter,tenant,window,window_end,value"]
            for meter in meters {
                let text = try workspace.succeed(
                    Programs.odometer, ["usage", "--meter", meter, "--window", window, "--format", "json"]
                ).output
                struct Usage: Decodable {
                    struct Row: Decodable {
                        var tenant: String
                        var window_start: String
                        var window_end: String
                        var value: String
                    }
                    var rows: [Row]
                }
                lines += try JSONDecoder().decode(Usage.self, from: text).rows.map {
                    "\(meter),\"\($0.tenant)\",\($0.window_start),\($0.window_end),\($0.value)"
                }
            }
            return lines
        }

        private static func compare(
            _ lines: [String], in workspace: Workspace, _ options: String...
        ) throws -> (ComparisonReport, ChildProcess.Result) {
            try workspace.write(lines.map { $0 + "\n" }.joined(), to: "statement.csv")
            let result = try workspace.start(
                ["audit", "--against", "statement.csv", "--format", "json"] + options
            ).result()
            try #require(result.status != .exit(2), "\(result.errors)")
            return (try JSONDecoder().decode(ComparisonReport.self, from: result.output), result)
        }

        @Test("A statement of what the ledger says is identical", arguments: ["hour", "day", "month", "total"])
        func identical(window: String) throws {
            let workspace = try Self.workspace()
            let statement = try Self.statement(of: workspace, by: window)
            let (report, result) = try Self.compare(statement, in: workspace)
            #expect(result.status == .exit(0))
            #expect(report.identical)
            #expect(report.lines == statement.count - 1)
            #expect(report.agreeing == report.lines)
            #expect(report.differing == 0)
        }

        @Test("The CSV of usage is a statement, with the meter named beside it")
        func csv() throws {
            let workspace = try Self.workspace()
            let csv = try workspace.succeed(
                Programs.odometer, ["usage", "--meter", "amount", "--window", "day", "--format", "csv"]
            ).output
            try csv.write(to: workspace.file("usage.csv"))
            let result = try workspace.odometer("audit", "--against", "usage.csv", "--meter", "amount")
            #expect(result.status == .exit(0))
            #expect(String(decoding: result.output, as: UTF8.self).hasPrefix("identical: 6 lines compared, 6 agree"))
        }

        @Test("One number that is changed is the one difference, and the events behind it add up to the ledger's")
        func changed() throws {
            let workspace = try Self.workspace()
            let statement = [
                "tenant,meter,window,value", "acme,probes,2026-11-01,21", "\"globex, inc\",probes,2026-11-01,20",
                "unmapped:s-3,probes,2026-11-01,20", "acme,amount,2026-11-01T00:00:00Z,1.25",
            ]
            let (report, result) = try Self.compare(statement, in: workspace, "--events", "--only-listed")
            #expect(result.status == .exit(1))
            #expect(report.agreeing == 3)
            try #require(report.differences.count == 1)
            let difference = report.differences[0]
            #expect(difference.line == 5)
            #expect(difference.cause == "statement differs")
            #expect(difference.window_end == "2026-11-01T01:00:00Z")
            #expect(difference.statement == "1.25")
            let commits = try #require(difference.commits)
            #expect(commits.map(\.events) == [10, 1])
            #expect(commits.map(\.value).last == "100")
            #expect(commits.flatMap(\.ranges).map(\.partition) == ["a.ndjson#0", "c.ndjson#0"])
            #expect(commits.flatMap(\.ranges).allSatisfy { $0.state == "unchanged" && $0.sha256.count == 64 })
            let events = try #require(report.events)
            #expect(events.count == 11)
            #expect(events.allSatisfy { $0.difference == 0 && $0.record.contains("\"s-1\"") })
            // 0.1, 0.4 … 0.28 and 100: exact in tenths and hundredths.
            let sum = try events.reduce(Decimal(0)) { $0 + (try #require(Decimal(string: $1.value))) }
            #expect("\(sum)" == difference.ledger)
            #expect(Set(events.map { "\($0.seq) \($0.position)" }).count == 11)
        }

        @Test(
            "A day's difference is explained over all windows of the meter in it, several at once, each by its own events"
        )
        func days() throws {
            let workspace = try Self.workspace()
            let statement = [
                "tenant,meter,window,value", "acme,probes,2026-11-01,22", "\"globex, inc\",probes,2026-11,31",
                "acme,probes,2026-11-02,10", "acme,probes,2026-11,32",
            ]
            let (report, _) = try Self.compare(statement, in: workspace, "--events", "--only-listed")
            #expect(report.differences.map(\.line) == [2, 3, 5])
            #expect(report.differences.map(\.ledger) == ["21", "30", "31"])
            #expect(report.differences.map(\.difference) == ["1", "1", "1"])
            for (number, difference) in report.differences.enumerated() {
                let events = report.events?.count { $0.difference == number }
                #expect(events.map(String.init) == difference.ledger)
                #expect(difference.commits?.map(\.events).reduce(0, +) == events)
                #expect(difference.commits?.count == 3)
            }
        }

        @Test(
            "Sessions and hopping windows are compared and explained as they are, each series' by itself",
            arguments: [1, 3])
        func otherWindows(commits: Int) throws {
            let workspace = try Workspace.probe()
            try workspace.append(
                """
                  - name: visits
                    event_type: probe
                    aggregation: count
                    group_by: [/data/amount]
                    window: {session: 30m}
                  - name: rate
                    event_type: probe
                    aggregation: count
                    window: {hop: 15m, size: 1h}

                """, to: "odometer.yaml")
            // Two series whose sessions overlap: from 00:00 to 01:10, and from 00:05 to 00:35 and from 01:00 to 01:30.
            let events = [
                ("1", "00:00"), ("2", "00:05"), ("1", "00:20"), ("1", "00:40"), ("2", "01:00"),
            ].enumerated().map { Workspace.probeLine(id: "\($0)", amount: $1.0, time: "2026-11-01T\($1.1):00Z") }
            for commit in 0..<commits {
                let lines = events.enumerated().filter { $0.offset % commits == commit }.map(\.element)
                try workspace.write(lines.joined(), to: "\(commit).ndjson")
                try workspace.runUntilIdle()
            }
            for meter in ["visits", "rate"] {
                let csv = try workspace.succeed(Programs.odometer, ["usage", "--meter", meter, "--format", "csv"])
                    .output
                try csv.write(to: workspace.file("usage.csv"))
                let result = try workspace.odometer("audit", "--against", "usage.csv", "--meter", meter)
                #expect(result.status == .exit(0), "\(String(decoding: result.output, as: UTF8.self))")
            }
            let statement = [
                "tenant,meter,window,window_end,value",
                "unmapped:s-1,visits,2026-11-01T00:00:00Z,2026-11-01T01:10:00Z,30",
                "unmapped:s-1,rate,2026-11-01T00:15:00Z,2026-11-01T01:15:00Z,30",
                "unmapped:s-1,visits,2026-11-01,2026-11-02,50",
            ]
            let (report, _) = try Self.compare(statement, in: workspace, "--events")
            #expect(report.differences.map(\.ledger) == ["3", "3", "5"])
            for (number, difference) in report.differences.enumerated() {
                #expect(difference.commits?.map(\.events).reduce(0, +).description == difference.ledger)
                #expect(report.events?.count { $0.difference == number }.description == difference.ledger)
            }
        }

        @Test("Of a commit of many files those are named that the usage came from")
        func files() throws {
            let workspace = try Workspace.probe()
            for hour in 0..<5 {
                let lines = [0, 3].map { minute in
                    Self.line(
                        id: "\(hour)-\(minute)", subject: hour == 4 ? 2 : 1,
                        time: "2026-11-01T0\(hour % 4):0\(minute):00Z", amount: "1")
                }
                try workspace.write(lines.joined(), to: "\(hour).ndjson")
            }
            try workspace.runUntilIdle()
            let statement = ["tenant,meter,window_start,window_end,value"]
            let line = "unmapped:s-1,amount,2026-11-01T00:00:00Z,2026-11-01T02:00:00Z,3"
            let (report, _) = try Self.compare(statement + [line], in: workspace, "--only-listed")
            let commits = try #require(report.differences.first?.commits)
            #expect(commits.flatMap(\.ranges).map(\.partition).sorted() == ["0.ndjson#0", "1.ndjson#0"])
            #expect(commits.map { $0.ranges.count + $0.other_ranges }.reduce(0, +) >= 2)
            #expect(commits.map(\.events).reduce(0, +) == 4)
        }

        @Test("A tenant that the ledger has never seen, and one that the statement does not list, are differences")
        func tenants() throws {
            let workspace = try Self.workspace()
            let statement = ["tenant,meter,window,value", "acme,probes,2026-11-01,21", "initech,probes,2026-11-01,7"]
            let (report, result) = try Self.compare(statement, in: workspace)
            #expect(result.status == .exit(1))
            #expect(report.differences.map(\.tenant) == ["initech", "globex, inc", "unmapped:s-3"])
            #expect(report.differences.map(\.cause) == ["not in ledger", "not in statement", "not in statement"])
            #expect(report.differences.map(\.statement) == ["7", nil, nil])
            #expect(report.differences.map(\.ledger) == ["0", "20", "20"])
            #expect(report.differences.map(\.difference) == ["7", "-20", "-20"])
            #expect(report.differences.map { $0.commits?.count } == [0, 2, 2])
            #expect(try Self.compare(statement, in: workspace, "--only-listed").0.differences.count == 1)
            #expect(try Self.compare(statement, in: workspace, "--tenant", "acme").0.identical)
            #expect(try Self.compare(statement, in: workspace, "--tenant", "initech").0.differences.count == 1)
        }

        @Test("Tolerances, a period and a meter narrow what differs")
        func narrowed() throws {
            let workspace = try Self.workspace()
            let statement = ["tenant,meter,window,value", "acme,probes,2026-11-01,20", "acme,amount,2026-11-02,3"]
            func differing(_ options: String...) throws -> [Int?] {
                try workspace.write(statement.map { $0 + "\n" }.joined(), to: "statement.csv")
                let result = try workspace.start(
                    ["audit", "--against", "statement.csv", "--format", "json", "--only-listed"] + options
                ).result()
                return try JSONDecoder().decode(ComparisonReport.self, from: result.output).differences.map(\.line)
            }
            #expect(try differing() == [2, 3])
            // 20 of 21, and 3 of 2.53.
            #expect(try differing("--tolerance", "0.46") == [2, 3])
            #expect(try differing("--tolerance", "0.47") == [2])
            #expect(try differing("--tolerance", "1") == [])
            #expect(try differing("--tolerance-percent", "4.77", "--meter", "probes") == [])
            #expect(try differing("--tolerance-percent", "4.76", "--meter", "probes") == [2])
            #expect(try differing("--from", "2026-11-02") == [3])
            #expect(try differing("--to", "2026-11-02") == [2])
        }

        @Test("Only so many differences are explained as were asked for, and of the others nothing is read")
        func explained() throws {
            let workspace = try Self.workspace()
            let statement = ["tenant,meter,window,value", "acme,probes,2026-11-01,1", "acme,probes,2026-11-02,2"]
            let (report, _) = try Self.compare(statement, in: workspace, "--only-listed", "--explain", "1")
            #expect(report.differences.map { $0.commits == nil } == [false, true])
            // Without its sources the ledger is still compared.
            for file in ["a", "b", "c"] { try FileManager.default.removeItem(at: workspace.file("\(file).ndjson")) }
            let (unread, result) = try Self.compare(statement, in: workspace, "--only-listed", "--explain", "0")
            #expect(result.status == .exit(1))
            #expect(unread.differences.map(\.cause) == ["statement differs", "statement differs"])
        }

        @Test("Where the sources do not come to the ledger's number any more, that is the cause")
        func doubt() throws {
            let workspace = try Self.workspace()
            let statement = ["tenant,meter,window,value", "acme,amount,2026-11-01,1", "acme,amount,2026-11-02,2"]
            var bytes = try Data(contentsOf: workspace.file("b.ndjson"))
            let place = try #require(bytes.range(of: Data("\"amount\":0.1}".utf8)))
            bytes[place.upperBound - 2] = 0x39
            let handle = try FileHandle(forWritingTo: workspace.file("b.ndjson"))
            try handle.write(contentsOf: bytes)
            try handle.close()
            let (report, result) = try Self.compare(statement, in: workspace, "--only-listed")
            #expect(result.status == .exit(1))
            #expect(report.differences.map(\.cause) == ["source bytes changed", "statement differs"])
            try FileManager.default.removeItem(at: workspace.file("c.ndjson"))
            let (gone, _) = try Self.compare(statement, in: workspace, "--only-listed")
            #expect(gone.differences.map(\.cause).last == "source gone")
        }

        @Test("What was counted anew is explained by that, and not by what it stands for")
        func recounted() throws {
            let workspace = try Self.workspace()
            let configuration = try String(contentsOf: workspace.file("odometer.yaml"), encoding: .utf8)
            try workspace.write(
                configuration.replacing("value: /data/amount", with: "value: 2 * /data/amount"), to: "odometer.yaml")
            try workspace.succeed(Programs.odometer, ["backfill", "--meter", "amount"])
            let statement = ["tenant,meter,window,value", "acme,amount,2026-11-02,0"]
            let (report, result) = try Self.compare(statement, in: workspace, "--only-listed")
            #expect(result.status == .exit(1))
            let difference = try #require(report.differences.first)
            #expect(difference.commits?.map(\.value) == [difference.ledger])
        }

        @Test("A caller's mistake ends with 2, and says the line and what to do")
        func mistakes() throws {
            let workspace = try Self.workspace()
            func errors(_ statement: String, _ options: String...) throws -> String {
                try workspace.write(statement, to: "statement.csv")
                let result = try workspace.start(["audit", "--against", "statement.csv"] + options).result()
                #expect(result.status == .exit(2), "\(result.errors)")
                #expect(result.output.isEmpty)
                return result.errors
            }
            let header = "tenant,meter,window,value\n"
            #expect(
                try errors(header + "acme,probe,2026-11,1\n")
                    == "statement.csv:2:6: there is no meter \"probe\"; the configuration has probes, amount\n")
            let twice = "acme,probes,2026-11,1\n"
            #expect(try errors(header + twice + twice).hasPrefix("statement.csv:3:1: line 2 is of the same"))
            #expect(try errors(header, "--tolerance=-1").hasPrefix("--tolerance must be a number of 0 or more"))
            #expect(try errors(header, "--explain=-1").hasPrefix("--explain must be 0 or more"))
            #expect(try errors(header, "--sample", "0.5").hasPrefix("--sample draws commits"))
            #expect(try errors(header, "--meter", "calls").hasPrefix("there is no meter calls"))
            let alone = try workspace.odometer("audit", "--only-listed")
            #expect(alone.status == .exit(2))
            let missing = try workspace.odometer("audit", "--against", "nothing.csv")
            #expect(missing.status == .exit(2))
            #expect(missing.errors == "nothing.csv: there is no such file\n")
        }
    }
}
