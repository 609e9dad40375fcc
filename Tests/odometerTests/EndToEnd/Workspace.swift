import Foundation
import Testing

/// A directory of its own for one test, with a configuration and its logs; it goes when the test ends.
final class Workspace {
    let directory: URL
    /// What the programs have besides the variables of the tests.
    var environment: [String: String] = [:]

    /// - Parameter parent: where it is made; the system's temporary directory when absent.
    init(in parent: URL? = nil) throws {
        directory = (parent ?? FileManager.default.temporaryDirectory)
            .appendingPathComponent("odometer-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    func file(_ name: String) -> URL {
        directory.appendingPathComponent(name)
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: file(name))
    }

    func append(_ text: String, to name: String) throws {
        let handle = try FileHandle(forWritingTo: file(name))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    // MARK: Commands

    func start(_ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(Programs.odometer, arguments, in: directory, environment: environment)
    }

    /// Runs a command to its end, whatever that is.
    func odometer(_ arguments: String...) throws -> ChildProcess.Result {
        try start(arguments).result()
    }

    /// Runs any program and requires that it succeeds.
    @discardableResult
    func succeed(
        _ program: URL, _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> ChildProcess.Result {
        let result = try ChildProcess(program, arguments, in: directory, environment: environment).result()
        try #require(
            result.status == .exit(0), "\(arguments.joined(separator: " ")): \(result.errors)",
            sourceLocation: sourceLocation)
        return result
    }

    /// Reads all there is, and requires that it succeeds.
    func runUntilIdle(
        _ options: String..., configuration: String = "odometer.yaml", sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try succeed(
            Programs.odometer, ["run", "-c", configuration, "--until-idle"] + options, sourceLocation: sourceLocation)
    }

    func status(
        configuration: String = "odometer.yaml", sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> StatusReport {
        let result = try succeed(
            Programs.odometer, ["status", "-c", configuration, "--format", "json"], sourceLocation: sourceLocation)
        return try JSONDecoder().decode(StatusReport.self, from: result.output)
    }

    /// The bytes of a usage report.
    func usageText(
        of meter: String, by window: String = "hour", groupBy: String = "tenant", tenant: String? = nil,
        configuration: String = "odometer.yaml", sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Data {
        var arguments = ["usage", "-c", configuration, "--meter", meter, "--window", window, "--format", "json"]
        arguments += ["--group-by", groupBy]
        if let tenant { arguments += ["--tenant", tenant] }
        return try succeed(Programs.odometer, arguments, sourceLocation: sourceLocation).output
    }

    func usage(
        of meter: String, by window: String = "hour", tenant: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> UsageReport {
        let text = try usageText(of: meter, by: window, tenant: tenant, sourceLocation: sourceLocation)
        return try JSONDecoder().decode(UsageReport.self, from: text)
    }
}
