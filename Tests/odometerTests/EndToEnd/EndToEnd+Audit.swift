import Foundation
import Testing

extension EndToEnd {
    @Suite("Audits and explanations")
    struct Audit {
        /// The result of an audit, as far as the tests look at it.
        private struct Report: Decodable {
            struct Difference: Decodable {
                var meter: String?
                var tenant: String?
                var ledger: String?
                var recomputed: String?
                var cause: String
                var partition: String?
            }

            var identical: Bool
            var commits: UInt64
            var commits_checked: UInt64
            var events_checked: UInt64
            var differences: [Difference]

            var causes: Set<String> { Set(differences.map(\.cause)) }
            var partitions: Set<String> { Set(differences.compactMap(\.partition)) }
        }

        private struct Explained: Decodable {
            struct Event: Decodable {
                var value: String
                var position: String
            }

            var intact: Bool
            var events: [Event]
        }

        /// Three commits of three files, one of them compressed; the second file says an event of the first again.
        private static func workspace() throws -> Workspace {
            let workspace = try Workspace.probe()
            for (file, hour) in [("a", "00"), ("b", "01"), ("c", "02")] {
                let lines = (0..<50).map { Workspace.probeLine(id: "\(file)\($0)", time: "2026-11-01T\(hour):00:10Z") }
                let again = file == "b" ? Workspace.probeLine(id: "a1", time: "2026-11-01T00:00:10Z") : ""
                try workspace.write(lines.joined() + again, to: "\(file).ndjson")
                try workspace.runUntilIdle()
            }
            return workspace
        }

        private static func audit(_ workspace: Workspace, _ options: String...) throws -> (Report, ChildProcess.Result)
        {
            let result = try workspace.start(["audit", "--format", "json"] + options).result()
            return (try JSONDecoder().decode(Report.self, from: result.output), result)
        }

        /// The names and bytes of the ledger's segments.
        private static func segments(of workspace: Workspace) throws -> [String: Data] {
            let names = try FileManager.default.contentsOfDirectory(atPath: workspace.file("ledger/segments").path)
            return try Dictionary(
                uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: workspace.file("ledger/segments/\($0)"))) })
        }

        @Test("A ledger whose sources are as they were is identical, and is not changed")
        func identical() throws {
            let workspace = try Self.workspace()
            let before = try Self.segments(of: workspace)
            let (report, result) = try Self.audit(workspace)
            #expect(result.status == .exit(0))
            #expect(report.identical)
            #expect(report.commits_checked == 3)
            #expect(report.events_checked == 150)
            #expect(try Self.segments(of: workspace) == before)
        }

        @Test("A changed byte is found, with the file that it is in, and nothing else")
        func changed() throws {
            let workspace = try Self.workspace()
            var bytes = try Data(contentsOf: workspace.file("b.ndjson"))
            let place = try #require(bytes.range(of: Data("\"b7\"".utf8)))
            bytes[place.lowerBound + 2] = 0x38
            let handle = try FileHandle(forWritingTo: workspace.file("b.ndjson"))
            try handle.write(contentsOf: bytes)
            try handle.close()
            let (report, result) = try Self.audit(workspace)
            #expect(result.status == .exit(1))
            #expect(report.causes == ["source bytes changed"])
            #expect(report.partitions == ["b.ndjson#0"])
        }

        @Test("A file that is gone is found, with all usage that came from it")
        func gone() throws {
            let workspace = try Self.workspace()
            try FileManager.default.removeItem(at: workspace.file("c.ndjson"))
            let (report, result) = try Self.audit(workspace)
            #expect(result.status == .exit(1))
            #expect(report.causes == ["source gone"])
            #expect(report.partitions == ["c.ndjson#0"])
            let numbers = report.differences.filter { $0.meter != nil }
            #expect(!numbers.isEmpty)
            #expect(numbers.allSatisfy { $0.recomputed == "0" && $0.ledger != "0" })
        }

        @Test("A file that was renamed or moved to another inode is still the one that was read")
        func moved() throws {
            let workspace = try Self.workspace()
            let bytes = try Data(contentsOf: workspace.file("a.ndjson"))
            try FileManager.default.moveItem(at: workspace.file("a.ndjson"), to: workspace.file("z.ndjson"))
            #expect(try Self.audit(workspace).0.identical)
            try FileManager.default.removeItem(at: workspace.file("z.ndjson"))
            try bytes.write(to: workspace.file("a.ndjson"))
            #expect(try Self.audit(workspace).0.identical)
        }

        @Test("A bit of a frame that is changed is found as the ledger's fault")
        func ledgerAltered() throws {
            let workspace = try Self.workspace()
            let name = try #require(try Self.segments(of: workspace).keys.sorted().first)
            var bytes = try #require(try Self.segments(of: workspace)[name])
            // In the first frame, behind the header of the segment.
            bytes[400] ^= 1
            let handle = try FileHandle(forWritingTo: workspace.file("ledger/segments/\(name)"))
            try handle.write(contentsOf: bytes)
            try handle.close()
            let (report, result) = try Self.audit(workspace)
            #expect(result.status == .exit(1))
            #expect(report.causes == ["ledger altered"])
        }

        @Test("A schema or a meter that was changed since is not the one that commits are made again with")
        func schemaInForce() throws {
            let workspace = try Self.workspace()
            let text = String(decoding: try Data(contentsOf: workspace.file("odometer.yaml")), as: UTF8.self)
            let schemas = "schema: {by_type: {probe: probe.schema.json}}\n"
            try workspace.write(text + schemas, to: "odometer.yaml")
            try workspace.write(#"{"properties": {"amount": {"maximum": 5}}}"#, to: "probe.schema.json")
            let lines = (1...9).map {
                Workspace.probeLine(id: "d\($0)", amount: "\($0)", time: "2026-11-01T03:00:10Z")
            }
            try workspace.write(lines.joined(), to: "d.ndjson")
            try workspace.runUntilIdle()
            try workspace.write(#"{"properties": {"amount": {"maximum": 7}}}"#, to: "probe.schema.json")
            let changed = (text + schemas).replacing("/data/amount", with: "/data/other")
            try workspace.write(changed, to: "odometer.yaml")
            let (report, result) = try Self.audit(workspace)
            #expect(result.status == .exit(0), "\(report.differences) \(result.errors)")
            #expect(report.commits_checked == 4)
            #expect(report.events_checked == 155)
            // The very schema that was in force is gone from the disk.
            try FileManager.default.removeItem(at: workspace.file("probe.schema.json"))
            try workspace.write(text, to: "odometer.yaml")
            #expect(try Self.audit(workspace).0.identical)
        }

        @Test("A sample makes some of the commits again, the same ones for the same seed")
        func sample() throws {
            let workspace = try Self.workspace()
            let counts = try (0..<20).map { try Self.audit(workspace, "--sample", "0.5", "--seed", "\($0)").0 }
            #expect(counts.allSatisfy { $0.commits == 3 && $0.identical })
            #expect(Set(counts.map(\.commits_checked)).count > 1)
            let again = try Self.audit(workspace, "--sample", "0.5", "--seed", "3").0
            #expect(again.commits_checked == counts[3].commits_checked)
        }

        @Test("A period takes the commits that have events in it")
        func period() throws {
            let workspace = try Self.workspace()
            let report = try Self.audit(
                workspace, "--from", "2026-11-01T01:00:00Z", "--to", "2026-11-01T02:00:00Z"
            ).0
            #expect(report.commits_checked == 1)
            #expect(report.events_checked == 50)
        }

        @Test("The events behind a number add up to it, each at its position")
        func explained() throws {
            let workspace = try Self.workspace()
            let meter = "probes"
            let row = try #require(
                try workspace.usage(of: meter).rows.first { $0.windowStart == "2026-11-01T01:00:00Z" })
            let tenant = try #require(row.tenant)
            let result = try workspace.odometer(
                "explain", "--meter", meter, "--tenant", tenant, "--window-start", "2026-11-01T01:00:00Z", "--events",
                "--format", "json")
            #expect(result.status == .exit(0))
            let explained = try JSONDecoder().decode(Explained.self, from: result.output)
            #expect(explained.intact)
            #expect(explained.events.count == 50)
            #expect("\(explained.events.reduce(0) { $0 + (Int($1.value) ?? 0) })" == row.value)
            #expect(Set(explained.events.map(\.position)).count == 50)
        }

        @Test("An explanation of a file that is gone says so, and ends with 1")
        func explainedGone() throws {
            let workspace = try Self.workspace()
            let row = try #require(try workspace.usage(of: "probes").rows.first)
            let tenant = try #require(row.tenant)
            try FileManager.default.removeItem(at: workspace.file("a.ndjson"))
            let result = try workspace.odometer(
                "explain", "--meter", "probes", "--tenant", tenant, "--window-start", try #require(row.windowStart))
            #expect(result.status == .exit(1))
            #expect(String(decoding: result.output, as: UTF8.self).contains("source gone"))
        }
    }
}
