import Foundation
import Testing

extension Workspace {
    /// Backfills a source to the end, whatever that is.
    func backfill(
        _ source: String = "probe", _ options: String..., configuration: String = "odometer.yaml"
    ) throws -> ChildProcess.Result {
        try start(["backfill", "-c", configuration, "--source", source] + options).result()
    }

    /// Compresses the first generated logs, each in another way, cuts the line end off the last line of the next, and has
    /// the configuration name them all.
    func archiveLogs() throws {
        for (number, program) in [["gzip", "-q"], ["lz4", "-q", "--rm", "-m"], ["zstd", "-q", "--rm"]].enumerated() {
            try succeed(Programs.environment, program + ["logs/events-00\(number).ndjson"])
        }
        try succeed(Programs.environment, ["truncate", "-s", "-1", "logs/events-003.ndjson"])
        try replaceInConfiguration("\"logs/*.ndjson.lz4\"", with: "\"logs/*.ndjson.lz4\", \"logs/*.ndjson.zst\"")
    }

    func replaceInConfiguration(_ text: String, with other: String) throws {
        let configuration = try String(contentsOf: file("odometer.yaml"), encoding: .utf8)
        #expect(configuration.contains(text))
        try write(configuration.replacingOccurrences(of: text, with: other), to: "odometer.yaml")
    }

    /// The list of commits, byte for byte.
    func commits() throws -> Data {
        try odometer("ledger", "log", "-c", "odometer.yaml", "--format", "json").output
    }
}
