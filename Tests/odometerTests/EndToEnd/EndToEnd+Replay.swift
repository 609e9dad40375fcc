import Foundation
import Testing

extension EndToEnd {
    @Suite("Replays and differences")
    struct Replay {
        private struct Diff: Decodable {
            struct Row: Decodable {
                var meter: String
                var tenant: String
                var a: String?
                var b: String?
                var difference: String?
                var windows_differing: Int
            }

            struct Window: Decodable {
                var window_start: String
                var events_in_a: Int
                var events_in_b: Int
            }

            var identical: Bool
            var only_in_a: [String]
            var only_in_b: [String]
            var same: Int
            var rows: [Row]
            var windows: [Window]?
        }

        /// A ledger of 90 events of three subjects, one repeat and one conflict, in three hours.
        private static func workspace() throws -> Workspace {
            let workspace = try Workspace()
            try workspace.write(configuration(), to: "odometer.yaml")
            try workspace.write("subject,tenant\ns-1,alpha\ns-2,beta\ns-3,beta\n", to: "tenants.csv")
            for hour in 0..<3 {
                var lines = (0..<30).map { line(id: "\(hour)-\($0)", subject: 1 + $0 % 3, amount: $0 + 1, hour: hour) }
                if hour == 1 { lines += [lines[0], line(id: "0-1", subject: 3, amount: 900, hour: 0)] }
                try workspace.write(lines.joined(), to: "log-\(hour).ndjson")
                try workspace.runUntilIdle()
            }
            return workspace
        }

        private static func line(id: String, subject: Int, amount: Int, hour: Int) -> String {
            Workspace.probeLine(id: id, amount: "\(amount)", time: "2026-11-01T0\(hour):10:00Z")
                .replacing("\"s-1\"", with: "\"s-\(subject)\"")
        }

        private static func configuration(tenants: String = "tenants.csv", meters: String = "") -> String {
            """
            ledger: {path: ./ledger}
            sources:
              - {name: probe, files: {include: ["*.ndjson"]}, format: cloudevents}
            tenants: {file: \(tenants)}
            meters:
              - {name: probes, event_type: probe, aggregation: count, window: 1h}
              - {name: amount, event_type: probe, aggregation: sum, value: /data/amount, window: 1h}
              - {name: largest, event_type: probe, aggregation: max, value: /data/amount, window: 1h}
            \(meters)
            """
        }

        private static func diff(_ workspace: Workspace, _ options: String...) throws -> Diff {
            let result = try workspace.start(["diff", "ledger", "second", "--format", "json"] + options).result()
            let diff = try JSONDecoder().decode(Diff.self, from: result.output)
            #expect(result.status == .exit(diff.identical ? 0 : 1))
            return diff
        }

        private static func replay(
            _ workspace: Workspace, _ options: String..., configuration: String = "odometer.yaml"
        ) throws -> ChildProcess.Result {
            try workspace.start(["replay", "-c", configuration, "--into", "second"] + options).result()
        }

        private static func segments(of workspace: Workspace) throws -> [String: Data] {
            let names = try FileManager.default.contentsOfDirectory(atPath: workspace.file("ledger/segments").path)
            return try Dictionary(
                uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: workspace.file("ledger/segments/\($0)"))) })
        }

        @Test("A replay under the same configuration has the same usage, and leaves the ledger as it is")
        func same() throws {
            let workspace = try Self.workspace()
            let before = try Self.segments(of: workspace)
            let result = try Self.replay(workspace)
            #expect(result.status == .exit(0), "\(result.errors)")
            #expect(result.errors.contains("replayed 90 of 90 events"))
            let diff = try Self.diff(workspace)
            #expect(diff.identical)
            #expect(diff.same == 6)
            #expect(try Self.segments(of: workspace) == before)
        }

        @Test("Another tenant table moves usage, and the differences add up to nothing")
        func mapping() throws {
            let workspace = try Self.workspace()
            try workspace.write("subject,tenant\ns-1,alpha\ns-2,beta\ns-3,gamma\n", to: "others.csv")
            try workspace.write(Self.configuration(tenants: "others.csv"), to: "new.yaml")
            #expect(try Self.replay(workspace, configuration: "new.yaml").status == .exit(0))
            let rows = try Self.diff(workspace).rows
            #expect(Set(rows.map(\.tenant)) == ["beta", "gamma"])
            let amounts = rows.filter { $0.meter == "amount" }
            // Thrice 3 + 6 + … + 30.
            #expect(amounts.map(\.difference) == ["-495", "495"])
            #expect(rows.filter { $0.meter == "probes" }.map(\.difference) == ["-30", "30"])
            #expect(
                rows.filter { $0.meter == "largest" }.allSatisfy { $0.a == nil && $0.difference == nil || $0.a == "0" })
        }

        @Test("A new meter is only in the replay, with the usage of all the past")
        func meter() throws {
            let workspace = try Self.workspace()
            let meter = "  - {name: average, event_type: probe, aggregation: avg, value: /data/amount, window: 1h}\n"
            try workspace.write(Self.configuration(meters: meter), to: "new.yaml")
            #expect(try Self.replay(workspace, configuration: "new.yaml").status == .exit(0))
            let diff = try Self.diff(workspace)
            #expect(!diff.identical && diff.rows.isEmpty && diff.only_in_b == ["average"])
        }

        @Test("A period bounds the events that count, also within an hour")
        func period() throws {
            let workspace = try Self.workspace()
            let result = try Self.replay(workspace, "--from", "2026-11-01T01:00:00Z", "--to", "2026-11-01T02:00:00Z")
            #expect(result.errors.contains("replayed 30 of 30 events"), "\(result.errors)")
            let period = ["--from", "2026-11-01T01:00:00Z", "--to", "2026-11-01T02:00:00Z"]
            #expect(try Self.diff(workspace, period[0], period[1], period[2], period[3]).identical)
            let windows = try #require(try Self.diff(workspace, "--windows", "--meter", "probes").windows)
            #expect(Set(windows.map(\.window_start)) == ["2026-11-01T00:00:00Z", "2026-11-01T02:00:00Z"])
            #expect(windows.allSatisfy { $0.events_in_b == 0 && $0.events_in_a > 0 })
            try FileManager.default.removeItem(at: workspace.file("second"))
            let part = try Self.replay(workspace, "--from", "2026-11-01T01:10:01Z")
            #expect(part.errors.contains("replayed 30 of 30 events"), "\(part.errors)")
        }

        @Test("A directory that holds something else is not touched")
        func places() throws {
            let workspace = try Self.workspace()
            #expect(try workspace.odometer("replay", "--into", "ledger").status == .exit(2))
            #expect(try workspace.odometer("replay", "--into", ".").status == .exit(2))
            #expect(try Self.replay(workspace).status == .exit(0))
            // The same again is there already; another period is not.
            #expect(try Self.replay(workspace).status == .exit(0))
            let other = try Self.replay(workspace, "--from", "2026-11-01")
            #expect(other.status == .exit(2))
            #expect(other.errors.contains("holds a replay of another configuration or period"))
        }

        @Test("Events that are not in the sources any more are missed, unless that is accepted")
        func loss() throws {
            let workspace = try Self.workspace()
            try FileManager.default.removeItem(at: workspace.file("log-2.ndjson"))
            let result = try Self.replay(workspace)
            #expect(result.status == .exit(3))
            #expect(result.errors.contains("30 of 90 events"))
            #expect(try Self.replay(workspace, "--accept-loss").status == .exit(0))
            let rows = try Self.diff(workspace, "--meter", "probes").rows
            #expect(rows.map(\.difference) == ["-10", "-20"])
        }

        @Test("A replay that is killed goes on, and ends with the same usage")
        func killed() throws {
            let workspace = try Workspace.generated(records: 60_000, seed: 23)
            try workspace.copyConfiguration(
                to: "odometer.yaml", ledger: "ledger", commit: "{interval: 5ms, bytes: 256KiB}")
            try workspace.runUntilIdle("--batch-size", "256KiB")
            var random = SeededGenerator(seed: 3)
            var kills = 0
            while kills < 8 {
                let replay = try workspace.start(["replay", "--into", "second", "--batch-size", "256KiB"])
                if try replay.result(within: .milliseconds(Int.random(in: 1...400, using: &random))) != nil { break }
                replay.kill()
                _ = try replay.result()
                kills += 1
            }
            #expect(kills > 0)
            let result = try Self.replay(workspace, "--batch-size", "256KiB")
            #expect(result.status == .exit(0), "\(result.errors)")
            #expect(try Self.diff(workspace).identical)
        }
    }
}
