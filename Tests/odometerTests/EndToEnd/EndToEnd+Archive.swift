import Foundation
import LoopbackServer
import StrictKinesis
import Testing
import UsageModel

extension EndToEnd {
    @Suite("Archives")
    struct Archive {
        private struct Report: Decodable {
            struct Difference: Decodable {
                var cause: String
                var detail: String
            }

            var identical: Bool
            var commits_checked: UInt64
            var events_checked: UInt64
            var differences: [Difference]

            var causes: Set<String> { Set(differences.map(\.cause)) }
        }

        private struct Explained: Decodable {
            struct Event: Decodable {
                var value: String
                var position: String
            }

            var intact: Bool
            var events: [Event]
        }

        private static func kinesis(shards: Int = 3) -> StrictKinesis {
            let kinesis = StrictKinesis(seed: 3) {
                Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1_000) * 1_000_000)
            }
            kinesis.createStream("usage", shards: shards)
            return kinesis
        }

        private static func put(_ numbers: Range<Int>, into kinesis: StrictKinesis) {
            for number in numbers {
                _ = kinesis.put(Array(Workspace.probeLine(id: "\(number)").utf8), key: "\(number % 17)", into: "usage")
            }
        }

        /// Records as a producer aggregates them; what is in them is no event.
        private static func putAggregated(into kinesis: StrictKinesis) throws {
            struct Sample: Decodable { var record: Data }
            let file = Programs.package.appendingPathComponent("Tests/KinesisReaderTests/Fixtures/aggregated.json")
            for sample in try JSONDecoder().decode([Sample].self, from: try Data(contentsOf: file)) {
                _ = kinesis.put([UInt8](sample.record), key: "a", into: "usage")
            }
        }

        /// A workspace of a stream with an archive.
        private static func stream(_ server: LoopbackServer, _ archive: String = "{path: ./kept}") throws -> Workspace {
            let workspace = try Workspace.service(Workspace.stream(server))
            try workspace.append("archive: \(archive)\n", to: "odometer.yaml")
            return workspace
        }

        /// A stream that was read in two runs and is there no more, and what is kept of it.
        private static func forgotten() throws -> Workspace {
            let kinesis = kinesis()
            let server = try LoopbackServer { kinesis.respond(to: $0) }
            let workspace = try stream(server)
            put(0..<300, into: kinesis)
            try workspace.runUntilIdle()
            try putAggregated(into: kinesis)
            #expect(kinesis.split(kinesis.openShards(of: "usage")[0], of: "usage"))
            put(250..<500, into: kinesis)
            try workspace.runUntilIdle()
            kinesis.deleteStream("usage")
            return workspace
        }

        private static func audit(_ workspace: Workspace) throws -> (Report, ChildProcess.Result) {
            let result = try workspace.start(["audit", "--format", "json"]).result()
            return (try JSONDecoder().decode(Report.self, from: result.output), result)
        }

        private static func archiveFiles(of workspace: Workspace) throws -> [URL] {
            try FileManager.default.contentsOfDirectory(at: workspace.file("kept"), includingPropertiesForKeys: nil)
                .sorted { $0.path < $1.path }
        }

        @Test("A stream that has forgotten everything is audited from its archive, rejected records and all")
        func audited() throws {
            let workspace = try Self.forgotten()
            let (report, result) = try Self.audit(workspace)
            #expect(result.status == .exit(0), "\(result.errors)")
            #expect(report.identical && report.differences.isEmpty)
            #expect(report.events_checked == 500)
            #expect(report.commits_checked >= 2)
            let status = try workspace.status()
            #expect(status.duplicates == 50 && status.rejected > 10)
        }

        @Test("The events behind a number of a stream come from the archive, and add up to it")
        func explained() throws {
            let workspace = try Self.forgotten()
            let row = try #require(try workspace.usage(of: "amount").rows.first)
            let result = try workspace.odometer(
                "explain", "--meter", "amount", "--tenant", try #require(row.tenant), "--window-start",
                try #require(row.windowStart), "--events", "--format", "json")
            #expect(result.status == .exit(0), "\(result.errors)")
            let explained = try JSONDecoder().decode(Explained.self, from: result.output)
            #expect(explained.intact)
            #expect(explained.events.count == 500 && Set(explained.events.map(\.position)).count == 500)
            #expect("\(explained.events.reduce(0) { $0 + (Int($1.value) ?? 0) })" == row.value)
        }

        @Test("A byte of the archive that is changed is found, with the file that it is in", arguments: 0..<12)
        func changed(round: Int) throws {
            let workspace = try Self.forgotten()
            let file = try #require(try Self.archiveFiles(of: workspace).first)
            var bytes = try Data(contentsOf: file)
            // Behind the file's own header, which is needed for nothing but other ledgers' files.
            bytes[64 + (bytes.count - 65) * round / 11] ^= 0x10
            try bytes.write(to: file)
            let (report, result) = try Self.audit(workspace)
            #expect(result.status == .exit(1))
            #expect(report.causes.isSubset(of: ["source bytes changed", "source gone"]))
            #expect(report.differences.contains { $0.detail.contains(file.lastPathComponent) })
        }

        @Test("Without its files the archive has nothing, and the source is gone")
        func deleted() throws {
            let workspace = try Self.forgotten()
            for file in try Self.archiveFiles(of: workspace) { try FileManager.default.removeItem(at: file) }
            let (report, result) = try Self.audit(workspace)
            #expect(result.status == .exit(1))
            #expect(report.causes == ["source gone"])
            #expect(report.differences.contains { $0.detail.contains("there is nothing in the archive") })
        }

        @Test("What was read before there was an archive is gone, what came later is not")
        func begunLater() throws {
            let kinesis = Self.kinesis()
            let server = try LoopbackServer { kinesis.respond(to: $0) }
            let workspace = try Workspace.service(Workspace.stream(server))
            Self.put(0..<100, into: kinesis)
            try workspace.runUntilIdle()
            let without = try workspace.odometer("audit")
            #expect(without.status == .exit(3))
            #expect(without.errors.contains("a stream without an archive"), "\(without.errors)")
            try workspace.append("archive: {path: ./kept}\n", to: "odometer.yaml")
            Self.put(100..<250, into: kinesis)
            try workspace.runUntilIdle()
            let (report, result) = try Self.audit(workspace)
            #expect(result.status == .exit(1))
            #expect(report.causes == ["source gone"])
            #expect(report.events_checked == 150)
            #expect(report.differences.contains { $0.detail.contains("begun later") })
        }

        @Test("Killed at any moment, a run has all that is committed in the archive")
        func kills() throws {
            let kinesis = Self.kinesis(shards: 2)
            let server = try LoopbackServer { kinesis.respond(to: $0) }
            let workspace = try Self.stream(server)
            try workspace.replaceInConfiguration(
                "path: ./ledger", with: "path: ./ledger\n  commit: {interval: 5ms}")
            var count = 0
            for round in 0..<8 {
                let run = try workspace.start(["run", "--progress", "none"])
                Self.put(count..<count + 200, into: kinesis)
                count += 200
                if round % 2 == 1 { workspace.waitForRecords(count) }
                run.send(SIGKILL)
                _ = try run.result()
            }
            try workspace.runUntilIdle()
            let (report, result) = try Self.audit(workspace)
            #expect(result.status == .exit(0), "\(result.errors)")
            #expect(report.identical && report.events_checked == count)
        }

        @Test("Usage and commits are the same with an archive as without")
        func same() throws {
            let kinesis = Self.kinesis()
            let server = try LoopbackServer { kinesis.respond(to: $0) }
            Self.put(0..<400, into: kinesis)
            let with = try Self.stream(server)
            let without = try Workspace.service(Workspace.stream(server))
            for workspace in [with, without] { try workspace.runUntilIdle() }
            for meter in ["probes", "amount"] {
                #expect(try with.usageText(of: meter) == without.usageText(of: meter))
            }
            #expect(try with.status() == without.status())
            #expect(!(try Self.archiveFiles(of: with)).isEmpty)
        }

        @Test("Logs that were deleted are audited from the archive; those that are there are asked first")
        func files() throws {
            let workspace = try Workspace.probe()
            try workspace.append("archive: {path: ./kept, keep: 400d, sources: [probe]}\n", to: "odometer.yaml")
            let long = Workspace.probeLine(id: String(repeating: "x", count: 1_100_000))
            for name in ["a", "b"] {
                let lines = (0..<500).map { Workspace.probeLine(id: "\(name)\($0)") }
                try workspace.write(lines.joined() + "\n{broken\n" + long, to: "\(name).ndjson")
                try workspace.runUntilIdle()
            }
            #expect(try workspace.status().rejected == 4)
            #expect(try Self.audit(workspace).0.identical)
            try FileManager.default.removeItem(at: workspace.file("a.ndjson"))
            let (report, result) = try Self.audit(workspace)
            #expect(result.status == .exit(0), "\(report.differences)")
            #expect(report.identical && report.events_checked == 1_000)
            // What the source has now counts, whatever the archive has.
            try workspace.write(Workspace.probeLine(id: "other"), to: "b.ndjson")
            let (changed, other) = try Self.audit(workspace)
            #expect(other.status == .exit(1))
            #expect(changed.causes == ["source bytes changed"])
        }

        @Test("Tables are audited from the archive with the columns that their first record names")
        func tables() throws {
            let workspace = try Workspace.probe()
            try workspace.replaceInConfiguration(
                "format: cloudevents",
                with: "format: csv\n    event: {type: probe, subject: {field: who}, time: {field: time}}")
            try workspace.append("archive: {path: ./kept, sources: [probe]}\n", to: "odometer.yaml")
            try workspace.write("time,who,amount\n", to: "a.ndjson")
            for run in 0..<3 {
                let rows = (0..<20).map { "2026-11-01T00:00:0\(run)Z,\"s\n\($0)\",\($0)\n" }
                try workspace.append(rows.joined(), to: "a.ndjson")
                try workspace.runUntilIdle()
            }
            try FileManager.default.removeItem(at: workspace.file("a.ndjson"))
            let (report, result) = try Self.audit(workspace)
            #expect(result.status == .exit(0), "\(report.differences)")
            #expect(report.identical && report.events_checked == 60 && report.commits_checked == 3)
        }

        @Test("What is kept too long is removed after a commit, and is gone for an audit")
        func keep() throws {
            let workspace = try Workspace.probe()
            try workspace.append("archive: {path: ./kept, keep: 1ms, sources: [probe]}\n", to: "odometer.yaml")
            for run in 0..<2 {
                try workspace.write(Workspace.probeLines(run * 50..<run * 50 + 50), to: "\(run).ndjson")
                try workspace.runUntilIdle()
                // What is broken at its end is not gone on with.
                if run == 0 { try workspace.append("torn", to: "kept/00000000000000000001.archive") }
            }
            #expect(try Self.archiveFiles(of: workspace).map(\.lastPathComponent) == ["00000000000000000002.archive"])
            for run in 0..<2 { try FileManager.default.removeItem(at: workspace.file("\(run).ndjson")) }
            let (report, result) = try Self.audit(workspace)
            #expect(result.status == .exit(1))
            #expect(report.causes == ["source gone"])
            #expect(report.events_checked == 50)
        }

        @Test("A source that left the configuration is audited from the archive")
        func leftConfiguration() throws {
            let workspace = try Workspace.probe()
            try workspace.append("archive: {path: ./kept, sources: [probe]}\n", to: "odometer.yaml")
            try workspace.write(Workspace.probeLines(0..<50), to: "a.ndjson")
            try workspace.runUntilIdle()
            try workspace.replaceInConfiguration("name: probe\n", with: "name: other\n")
            try workspace.replaceInConfiguration("sources: [probe]", with: "sources: [other]")
            let (report, result) = try Self.audit(workspace)
            #expect(result.status == .exit(0), "\(result.errors)")
            #expect(report.identical && report.events_checked == 50)
        }

        @Test("Another ledger's archive is refused, with status 2")
        func foreign() throws {
            let workspace = try Workspace.probe()
            try workspace.append("archive: {path: ./kept, sources: [probe]}\n", to: "odometer.yaml")
            try workspace.write(Workspace.probeLines(0..<50), to: "a.ndjson")
            try workspace.runUntilIdle()
            try FileManager.default.removeItem(at: workspace.file("ledger"))
            let result = try workspace.odometer("run", "--until-idle", "--progress", "none")
            #expect(result.status == .exit(2))
            #expect(result.errors.contains("has the records of another ledger"), "\(result.errors)")
        }
    }
}
