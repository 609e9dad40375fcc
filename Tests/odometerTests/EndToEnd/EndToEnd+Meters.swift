import Foundation
import Testing

extension EndToEnd {
    @Suite("Meters")
    struct Meters {
        private static let names = [
            "requests", "gib", "average", "least", "users", "last", "grown", "gb_hours", "hops", "sessions", "minutes",
        ]

        private static let meters = """
            meters:
              - {name: requests, event_type: t, aggregation: count, group_by: [/data/region], window: 1h}
              - {name: gib, event_type: t, aggregation: sum, value: /data/bytes * 3 / 1073741824, window: 1h}
              - {name: average, event_type: t, aggregation: avg, value: bytes, window: 15m}
              - {name: least, event_type: t, aggregation: min, value: bytes, window: 1d}
              - {name: users, event_type: t, aggregation: unique, value: /data/user, window: 1h}
              - {name: last, event_type: t, aggregation: latest, value: /data/gauge, window: 1h}
              - {name: grown, event_type: t, aggregation: increase, value: /data/counter, window: 1h}
              - {name: gb_hours, event_type: t, aggregation: time_weighted, value: gauge, window: 1h, hold: 2h}
              - {name: hops, event_type: t, aggregation: sum, value: bytes, window: {hop: 20m, size: 1h}}
              - {name: sessions, event_type: t, aggregation: sum, value: bytes, window: {session: 4m}}
              - {name: minutes, event_type: t, aggregation: max, value: bytes, window: 1m, filter: {/data/region: eu}}

            """

        /// Files of events, each of them a few hours, with repeats in other files, late events, and some without a tenant.
        private static func workspace(events: Int, files: Int) throws -> Workspace {
            let workspace = try Workspace()
            var random = SeededGenerator(seed: 6)
            var lines = [[String]](repeating: [], count: files)
            for number in 0..<events {
                let file = number * files / events
                let second = number * 86_400 / events + Int.random(in: 0..<600, using: &random)
                let time = String(
                    format: "2026-11-%02dT%02d:%02d:%02dZ", 1 + second / 86_400, second / 3_600 % 24, second / 60 % 60,
                    second % 60)
                let line = """
                    {"specversion":"1.0","id":"\(number)","source":"/s","type":"t","subject":"s\(number % 7)","time":"\(time)",\
                    "data":{"region":"\(["eu", "us"][number % 2])","bytes":\(Int.random(in: 0..<1_000_000, using: &random)),\
                    "user":"u\(Int.random(in: 0..<500, using: &random))","gauge":\(Int.random(in: 0..<90, using: &random)),\
                    "counter":\(number % 977)}}

                    """
                lines[file].append(line)
                if Int.random(in: 0..<50, using: &random) == 0 {
                    lines[Int.random(in: 0..<files, using: &random)].append(line)
                }
            }
            for (number, lines) in lines.enumerated() { try workspace.write(lines.joined(), to: "\(number).ndjson") }
            try workspace.write("subject,tenant\ns1,a\ns2,a\ns3,b\ns4,b\ns5,c\n", to: "tenants.csv")
            try configure(workspace)
            return workspace
        }

        private static func configure(
            _ workspace: Workspace, to name: String = "odometer.yaml", include: String = "[0-9]*.ndjson",
            meters: String = meters, ledger: String = "ledger"
        ) throws {
            try workspace.write(
                """
                ledger: {path: \(ledger), commit: {interval: 10ms, bytes: 64KiB}}
                sources:
                \(include.split(separator: " ").enumerated().map { "  - {name: s\($0), files: {include: [\"\($1)\"]}}" }.joined(separator: "\n"))
                tenants: {file: tenants.csv}
                lateness: 1m
                \(meters)
                """, to: name)
        }

        /// The usage of every meter in every form, to the byte.
        private static func answers(
            _ workspace: Workspace, configuration: String = "odometer.yaml"
        ) throws -> [String: String] {
            var answers: [String: String] = [:]
            for name in names {
                for options in [[], ["--window", "day", "--group-by", "none"], ["--window", "total"]] {
                    let result = try workspace.succeed(
                        Programs.odometer,
                        ["usage", "-c", configuration, "--meter", name, "--format", "json"] + options)
                    answers["\(name) \(options)"] = String(decoding: result.output, as: UTF8.self)
                }
            }
            return answers
        }

        @Test("One run, a backfill of the files in reverse, and runs with kills answer the same, to the byte")
        func threeWays() throws {
            let files = 6
            let workspace = try Self.workspace(events: 6_000, files: files)
            try workspace.runUntilIdle("--batch-size", "256KiB")
            let expected = try Self.answers(workspace)
            #expect(expected.values.allSatisfy { $0.contains("window_start") })
            try expectHistory(workspace)

            let reverse = (0..<files).reversed().map { "\($0).ndjson" }.joined(separator: " ")
            try Self.configure(workspace, to: "reverse.yaml", include: reverse, ledger: "reverse")
            for number in 0..<files {
                try workspace.succeed(Programs.odometer, ["backfill", "-c", "reverse.yaml", "--source", "s\(number)"])
            }
            try Self.expectSame(try Self.answers(workspace, configuration: "reverse.yaml"), expected)

            try Self.configure(workspace, to: "killed.yaml", ledger: "killed")
            var random = SeededGenerator(seed: 9)
            for _ in 0..<10 {
                let run = try workspace.start(["run", "-c", "killed.yaml", "--until-idle", "--batch-size", "256KiB"])
                usleep(UInt32.random(in: 1_000..<60_000, using: &random))
                run.send(SIGKILL)
                _ = try run.result()
            }
            try workspace.runUntilIdle(configuration: "killed.yaml")
            try Self.expectSame(try Self.answers(workspace, configuration: "killed.yaml"), expected)
            #expect(try workspace.odometer("ledger", "verify", "-c", "killed.yaml").status == .exit(0))
        }

        /// The ledger as it was after each of some frames, up to now.
        private func expectHistory(_ workspace: Workspace) throws {
            func asOf(_ seq: Int) throws -> ChildProcess.Result {
                try workspace.odometer(
                    "usage", "-c", "odometer.yaml", "--meter", "requests", "--window", "total", "--group-by", "none",
                    "--format", "json", "--as-of", "\(seq)")
            }
            let log = try workspace.odometer("ledger", "log", "-c", "odometer.yaml", "--format", "json").output
            let last = try #require(String(decoding: log, as: UTF8.self).split(separator: "\n").last)
            let seq = try #require(Int(last.dropFirst(#"{"seq":"#.count).prefix { $0.isNumber }))
            var events: [Int] = []
            for moment in [0, seq / 2, seq] {
                let report = try JSONDecoder().decode(UsageReport.self, from: try asOf(moment).output)
                events.append(report.rows.reduce(0) { $0 + $1.events })
            }
            #expect(events[0] == 0)
            #expect(events[1] > 0 && events[1] < 6_000)
            #expect(events[2] == 6_000)
            let future = try asOf(seq + 1)
            #expect(future.status == .exit(2))
            #expect(future.errors.contains("the ledger's last frame is \(seq)"))
        }

        private static func expectSame(_ answers: [String: String], _ expected: [String: String]) throws {
            for (question, answer) in answers {
                // As much of both as shows where they part.
                let other = expected[question] ?? ""
                let place = zip(answer, other).prefix { $0 == $1 }.count
                #expect(answer == other, "\(question): …\(answer.dropFirst(max(0, place - 80)).prefix(160))")
            }
        }

        @Test(
            "A meter that is added or changed, and then counted over the past, has what it had were it there from the start"
        )
        func countedOverThePast() throws {
            let workspace = try Self.workspace(events: 3_000, files: 3)
            try Self.configure(workspace, to: "whole.yaml", ledger: "whole")
            try workspace.runUntilIdle(configuration: "whole.yaml")
            let expected = try Self.answers(workspace, configuration: "whole.yaml")

            // Every meter is another one at first, or none.
            let others = Self.meters.replacing("name: requests", with: "name: requests, filter: {/data/region: eu}")
                .replacing("/data/bytes * 3", with: "/data/bytes").replacing("4m}", with: "9m}")
                .replacing("  - {name: users", with: "  - {name: people")
            try Self.configure(workspace, meters: others)
            try FileManager.default.moveItem(at: workspace.file("2.ndjson"), to: workspace.file("2.later"))
            try workspace.runUntilIdle()
            try FileManager.default.moveItem(at: workspace.file("2.later"), to: workspace.file("2.ndjson"))
            try Self.configure(workspace)
            try workspace.runUntilIdle()
            // What is in the sources and not yet in the ledger is none of its past.
            try workspace.write(
                #"{"specversion":"1.0","id":"x","source":"/s","type":"t","subject":"s1","time":"2026-11-01T00:00:00Z"}"#
                    + "\n", to: "9.ndjson")
            let first = try workspace.start(["backfill", "-c", "odometer.yaml", "--meter", "requests"])
            usleep(30_000)
            first.send(SIGKILL)
            _ = try first.result()
            for name in Self.names {
                let result = try workspace.odometer("backfill", "-c", "odometer.yaml", "--meter", name)
                #expect(result.status == .exit(0), "\(result.errors)")
                #expect(result.errors.contains("counted 3000 of 3000 events"), "\(result.errors)")
            }
            try Self.expectSame(try Self.answers(workspace), expected)
            let versions = try workspace.succeed(Programs.odometer, ["meters", "-c", "odometer.yaml"]).output
            #expect(String(decoding: versions, as: UTF8.self).split(separator: "\n").count == 1 + Self.names.count + 4)
            #expect(try workspace.odometer("ledger", "verify", "-c", "odometer.yaml").status == .exit(0))

            // Where a source is gone nothing is changed.
            try FileManager.default.removeItem(at: workspace.file("1.ndjson"))
            let lost = try workspace.odometer("backfill", "-c", "odometer.yaml", "--meter", "users")
            #expect(lost.status == .exit(3))
            #expect(lost.errors.contains("of 3000 events that the ledger counts are not in the sources any more"))
            try Self.expectSame(try Self.answers(workspace), expected)
        }

        @Test(
            "Usage of subjects that were mapped too late, or wrongly, moves to where it belongs, as if it had been so always"
        )
        func reassigned() throws {
            let workspace = try Self.workspace(events: 2_000, files: 2)
            try workspace.runUntilIdle()
            let before = try Self.answers(workspace)
            // s0 and s6 had no tenant; s3 had another; s5 changes in the middle of a window.
            let mended = """
                subject,tenant,valid_from,valid_to
                s0,a,,
                s1,a,,
                s2,a,,
                s3,c,,
                s4,b,,
                s5,c,,2026-11-01T10:07:30Z
                s5,a,2026-11-01T10:07:30Z,
                s6,d,,

                """
            try workspace.write(mended, to: "tenants.csv")
            try Self.configure(workspace, to: "fresh.yaml", ledger: "fresh")
            try workspace.runUntilIdle(configuration: "fresh.yaml")
            let expected = try Self.answers(workspace, configuration: "fresh.yaml")

            let trial = try workspace.odometer(
                "tenants", "reassign", "-c", "odometer.yaml", "--dry-run", "--format", "json")
            #expect(trial.status == .exit(0), "\(trial.errors)")
            #expect(String(decoding: trial.output, as: UTF8.self).contains(#""from":"unmapped:s0","to":"a""#))
            try Self.expectSame(try Self.answers(workspace), before)
            #expect(try workspace.odometer("tenants", "reassign", "-c", "odometer.yaml").status == .exit(0))
            let unmapped = try workspace.usageText(of: "requests", by: "total")
            #expect(!String(decoding: unmapped, as: UTF8.self).contains("unmapped"))
            let whole = try workspace.odometer("tenants", "reassign", "-c", "odometer.yaml", "--from-sources")
            #expect(whole.status == .exit(0), "\(whole.errors)")
            try Self.expectSame(try Self.answers(workspace), expected)

            let corrections = try workspace.succeed(
                Programs.odometer,
                ["ledger", "corrections", "-c", "odometer.yaml", "--meter", "requests", "--format", "json"])
            let text = String(decoding: corrections.output, as: UTF8.self)
            #expect(text.contains("reassigned_debit") && text.contains("reassigned_credit"))
            #expect(try workspace.odometer("ledger", "verify", "-c", "odometer.yaml").status == .exit(0))
            // Done is done.
            let again = try workspace.odometer(
                "tenants", "reassign", "-c", "odometer.yaml", "--from-sources", "--format", "json")
            #expect(again.output.isEmpty)
        }

        @Test(
            "A changed tenant file is in force without a restart; one that is wrong is told of, and the one before stays"
        )
        func reloaded() throws {
            let workspace = try Workspace.probe()
            try workspace.write("subject,tenant\nother,o\n", to: "people.csv")
            try workspace.replaceInConfiguration("meters:", with: "tenants: {file: people.csv}\nmeters:")
            try workspace.write(Workspace.probeLine(id: "1"), to: "a.ndjson")
            let run = try workspace.start(["run", "-c", "odometer.yaml"])
            workspace.waitForRecords(1)
            try workspace.write("subject,tenant\ns-1,late\n", to: "people.csv")
            var records = 1
            func follow(until tenants: Set<String>) throws {
                for _ in 0..<200 {
                    records += 1
                    try workspace.append(Workspace.probeLine(id: "\(records)"), to: "a.ndjson")
                    workspace.waitForRecords(records)
                    let found = Set(try workspace.usage(of: "probes", by: "total").rows.compactMap(\.tenant))
                    if found == tenants { return }
                }
                Issue.record("no usage of \(tenants)")
            }
            try follow(until: ["unmapped:s-1", "late"])
            try workspace.write("subject,tenant\ns-1,late\ns-1,twice\n", to: "people.csv")
            usleep(2_500_000)
            try follow(until: ["unmapped:s-1", "late"])
            try workspace.write("subject,tenant\ns-1,later\n", to: "people.csv")
            try follow(until: ["unmapped:s-1", "late", "later"])
            run.send(SIGTERM)
            let result = try run.result()
            #expect(result.status == .exit(0), "\(result.errors)")
            #expect(result.errors.contains("people.csv:3:1: the row's time overlaps line 2"), "\(result.errors)")
            #expect(result.errors.contains("the tenant table before stays in force"))
            let all = try workspace.usageText(of: "probes", by: "total", groupBy: "none")
            #expect(String(decoding: all, as: UTF8.self).contains("\"value\":\"\(records)\""))
        }

        @Test("An event of the future is kept in quarantine, and closes no window")
        func future() throws {
            let workspace = try Workspace.probe()
            try workspace.replaceInConfiguration("meters:", with: "future: 1h\nmeters:")
            let lines = ["2026-11-01T00:00:00Z", "2199-01-01T00:00:00Z", "2026-11-01T00:10:00Z"]
            try workspace.write(
                lines.enumerated().map { Workspace.probeLine(id: "\($0)", time: $1) }.joined(), to: "a.ndjson")
            try workspace.runUntilIdle()
            let status = try workspace.status()
            #expect(status.reasons == ["bad_time": 1])
            #expect(try workspace.usage(of: "probes", by: "total").rows.map(\.value) == ["2"])
            let quarantine = try workspace.odometer("quarantine", "-c", "odometer.yaml", "--format", "json")
            #expect(String(decoding: quarantine.output, as: UTF8.self).contains("is of the future"))
        }

        @Test("A meter with more series than it may have says so once, and counts the rest together")
        func tooManySeries() throws {
            let workspace = try Workspace.probe()
            try workspace.replaceInConfiguration(
                "meters:",
                with: "meters:\n  - {name: wild, event_type: probe, aggregation: count, group_by: [/data/amount], "
                    + "window: 1h, max_series: 10}")
            try workspace.write(
                (0..<100).map { Workspace.probeLine(id: "\($0)", amount: "\($0)") }.joined(), to: "a.ndjson")
            let run = try workspace.odometer("run", "-c", "odometer.yaml", "--until-idle")
            #expect(run.status == .exit(0))
            #expect(
                run.errors.contains("meter wild: the window from 2026-11-01T00:00:00Z has 10 series"), "\(run.errors)")
            let usage = String(
                decoding: try workspace.usageText(of: "wild", by: "total", groupBy: "/data/amount"), as: UTF8.self)
            #expect(usage.contains(#"{"/data/amount":"overflow"},"value":"90""#))
        }
    }
}
