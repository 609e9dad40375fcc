import Foundation
import Testing

extension Workspace {
    /// Has `Tests/Oracle/oracle.py` compute what is to be expected of so many generated files.
    func askOracle(files: Int) throws {
        let arguments = ["usage", "--meters", "meters.json", "--tenants", "tenants.csv", "--expected", "expected.json"]
        let logs = (0..<files).map { "logs/events-00\($0).ndjson" }
        try succeed(Programs.environment, ["python3", Programs.oracle.path] + arguments + logs)
    }

    /// What the oracle finds wrong; empty when all is well.
    func differencesFromOracle(configuration: String) throws -> String {
        let status = try odometer("status", "-c", configuration, "--format", "json")
        try status.output.write(to: file("status.json"))
        var arguments = ["python3", Programs.oracle.path, "compare", "--expected", "expected.json"]
        arguments += ["--status", "status.json"]
        for (meter, dimensions) in Workspace.meters {
            for window in ["hour", "day", "total"] {
                let name = "\(meter)-\(window).json"
                try usageText(of: meter, by: window, groupBy: dimensions, configuration: configuration)
                    .write(to: file(name))
                arguments += ["--usage", meter, window, name]
            }
        }
        let result = try ChildProcess(Programs.environment, arguments, in: directory).result()
        return result.status == .exit(0) ? "" : String(decoding: result.output, as: UTF8.self) + result.errors
    }
}
