import Foundation
import Testing

extension EndToEnd {
    @Suite("The generator of the fixtures")
    struct Generator {
        @Test("The sample in the package is what its arguments make, byte for byte")
        func sample() throws {
            let workspace = try Workspace()
            let arguments = """
                generate --output . --seed 7 --events 2000 --files 3 --subjects 60 --tenants 8 --duplicates 0.01 \
                --conflicts 0.003 --malformed 0.007 --late 0.02 --unmapped 0.05
                """
            try workspace.succeed(Programs.fixtures, arguments.split(separator: " ").map(String.init))
            let sample = Programs.package.appendingPathComponent("Fixtures/gateway")
            let packed = sample.appendingPathComponent("logs/events-000.ndjson.gz").path
            try workspace.succeed(Programs.environment, ["cp", packed, "sample.gz"])
            try workspace.succeed(Programs.environment, ["gzip", "-d", "sample.gz"])
            #expect(
                try Data(contentsOf: workspace.file("sample"))
                    == Data(contentsOf: workspace.file("logs/events-000.ndjson")))
            let plain = [
                "logs/events-001.ndjson", "logs/events-002.ndjson", "tenants.csv", "odometer.yaml", "meters.json",
            ]
            for name in plain {
                let expected = try Data(contentsOf: sample.appendingPathComponent(name))
                #expect(try Data(contentsOf: workspace.file(name)) == expected, "\(name)")
            }
        }

        @Test(
            "What it cannot do is refused",
            arguments: ["--events=0", "--late=1.5", "--start=today", "--malformed=0.0000001"])
        func refusal(_ argument: String) throws {
            let workspace = try Workspace()
            let result = try ChildProcess(
                Programs.fixtures, ["generate", "--output", "new", argument], in: workspace.directory
            ).result()
            #expect(result.status != .exit(0))
            #expect(!FileManager.default.fileExists(atPath: workspace.file("new").path))
        }
    }
}
