import Foundation
import Testing

extension EndToEnd {
    @Suite("Exit statuses")
    struct ExitStatus {
        @Test("An unknown key is the caller's mistake, named with its line on one line")
        func unknownKey() throws {
            let workspace = try Workspace.probe()
            let right = String(decoding: try Data(contentsOf: workspace.file("odometer.yaml")), as: UTF8.self)
            let sources = try #require(right.range(of: "sources:"))
            try workspace.write(
                "ledger:\n  path: ./ledger\nmetres: []\n" + right[sources.lowerBound...], to: "wrong.yaml")
            for command in ["run", "check", "status"] {
                let result = try workspace.odometer(command, "-c", "wrong.yaml")
                #expect(result.status == .exit(2))
                #expect(result.errors.contains("wrong.yaml:3"))
                #expect(result.errors.contains("metres"))
                #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
                #expect(result.output.isEmpty)
            }
        }

        @Test("A configuration that is not there is the caller's mistake")
        func missingConfiguration() throws {
            let workspace = try Workspace()
            let result = try workspace.odometer("run", "-c", "nowhere.yaml", "--until-idle")
            #expect(result.status == .exit(2))
            #expect(result.errors.contains("nowhere.yaml"))
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
        }

        @Test("An unknown meter or option is the caller's mistake")
        func wrongArguments() throws {
            let workspace = try Workspace.probe()
            try workspace.write(Workspace.probeLine(id: "1"), to: "a.ndjson")
            try workspace.runUntilIdle()
            #expect(try workspace.odometer("usage", "-c", "odometer.yaml", "--meter", "nothing").status == .exit(2))
            #expect(try workspace.odometer("usage", "-c", "odometer.yaml", "--metre", "amount").status == .exit(2))
        }

        @Test("What init writes can be checked, run and asked, and is never written over")
        func starter() throws {
            let workspace = try Workspace()
            try workspace.succeed(Programs.odometer, ["init", "demo"])
            let configuration = "demo/odometer.yaml"
            try workspace.succeed(Programs.odometer, ["check", "-c", configuration])
            try workspace.runUntilIdle(configuration: configuration)
            #expect(try workspace.status(configuration: configuration).accepted > 0)
            let text = String(decoding: try Data(contentsOf: workspace.file(configuration)), as: UTF8.self)
            let meters = try #require(text.range(of: "\nmeters:"))
            let name = try #require(text[meters.upperBound...].firstMatch(of: /name: *"?([A-Za-z0-9_.-]+)/)?.output.1)
            let usage = try workspace.usageText(of: String(name), by: "day", configuration: configuration)
            #expect(!(try JSONDecoder().decode(UsageReport.self, from: usage).rows.isEmpty))

            let again = try workspace.odometer("init", "demo")
            #expect(again.status == .exit(2))
            #expect(try Data(contentsOf: workspace.file(configuration)) == Data(text.utf8))
        }

        @Test("The configuration that the README shows is right")
        func readme() throws {
            let readme = String(
                decoding: try Data(contentsOf: Programs.package.appendingPathComponent("README.md")), as: UTF8.self)
            let start = try #require(readme.range(of: "```yaml\n"))
            let end = try #require(readme[start.upperBound...].range(of: "```"))
            let workspace = try Workspace()
            try workspace.write(String(readme[start.upperBound..<end.lowerBound]), to: "odometer.yaml")
            try workspace.write("subject,tenant\nuser-00042,tenant-001\n", to: "tenants.csv")
            let check = try workspace.odometer("check", "-c", "odometer.yaml")
            #expect(check.status == .exit(0), "\(check.errors)")
        }

        @Test("Checking a sample fails where a record would be rejected")
        func samples() throws {
            let workspace = try Workspace.probe()
            try workspace.write(Workspace.probeLine(id: "1"), to: "good.ndjson")
            try workspace.write(Workspace.probeLine(id: "1") + "{}\n", to: "bad.ndjson")
            let good = try workspace.odometer("check", "-c", "odometer.yaml", "--sample", "good.ndjson")
            #expect(good.status == .exit(0), "\(good.errors)")
            let bad = try workspace.odometer("check", "-c", "odometer.yaml", "--sample", "bad.ndjson")
            #expect(bad.status == .exit(1))
            #expect(String(decoding: bad.output, as: UTF8.self).contains("schema"))
        }

        @Test("A file that cannot be read to its end is said once, and what could be read is counted")
        func damagedFile() throws {
            let workspace = try Workspace.probe()
            let lines = (0..<500).map { Workspace.probeLine(id: "\($0)") }.joined()
            try workspace.write(lines, to: "a.ndjson")
            try workspace.write(Workspace.probeLine(id: "other"), to: "b.ndjson")
            try workspace.succeed(Programs.environment, ["gzip", "-n", "a.ndjson"])
            var bytes = [UInt8](try Data(contentsOf: workspace.file("a.ndjson.gz")))
            bytes[bytes.count - 6] ^= 0xFF
            try Data(bytes).write(to: workspace.file("a.ndjson.gz"))
            let configuration = String(decoding: try Data(contentsOf: workspace.file("odometer.yaml")), as: UTF8.self)
            try workspace.write(
                configuration.replacingOccurrences(of: "*.ndjson", with: "*.ndjson*"), to: "odometer.yaml")

            let run = try workspace.odometer("run", "-c", "odometer.yaml", "--until-idle")
            #expect(run.status == .exit(3))
            #expect(run.errors.contains("a.ndjson.gz: damaged gzip"))
            #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
            #expect(try workspace.status().accepted >= 1)
        }

        @Test("A run whose standard descriptors are closed writes nothing of its own into the ledger")
        func closedDescriptors() throws {
            let workspace = try Workspace.probe()
            try workspace.write(Workspace.probeLine(id: "1"), to: "a.ndjson")
            let command = "exec \"$0\" \"$@\" <&- >&- 2>&-"
            let run = ["-c", command, Programs.odometer.path, "run", "-c", "odometer.yaml", "--until-idle"]
            try workspace.succeed(URL(fileURLWithPath: "/bin/sh"), run)
            #expect(try workspace.odometer("ledger", "verify", "-c", "odometer.yaml").status == .exit(0))
            #expect(try workspace.totalAmount() == "1")
            // What nobody can get is not written with success.
            let status = ["-c", command, Programs.odometer.path, "status", "-c", "odometer.yaml"]
            let result = try ChildProcess(URL(fileURLWithPath: "/bin/sh"), status, in: workspace.directory).result()
            #expect(result.status == .exit(3))
        }
    }
}
