import Dispatch
import Foundation

/// A program as a user starts it: its output goes to files, and waiting for it has an end.
final class ChildProcess {
    /// How it ended.
    enum Status: Equatable {
        case exit(Int32)
        case signal(Int32)
    }

    struct Result {
        var status: Status
        var output: Data
        var errors: String
    }

    /// It ran for longer than any test may take, and was killed.
    struct TimeLimitExceeded: Error {
        var arguments: [String]
        var errors: String
    }

    private let process = Process()
    private let ended = DispatchSemaphore(value: 0)
    private let output: URL
    private let errors: URL

    /// - Parameter environment: what it has besides the variables of the tests.
    init(_ program: URL, _ arguments: [String], in directory: URL, environment: [String: String] = [:]) throws {
        let name = UUID().uuidString
        output = FileManager.default.temporaryDirectory.appendingPathComponent(name + ".out")
        errors = FileManager.default.temporaryDirectory.appendingPathComponent(name + ".err")
        try Data().write(to: output)
        try Data().write(to: errors)
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = directory
        if !environment.isEmpty {
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        }
        process.standardInput = FileHandle.nullDevice
        // Foundation does not close them when the process is freed, and after some thousand processes it crashes.
        let files = try [output, errors].map { try FileHandle(forWritingTo: $0) }
        defer { for file in files { try? file.close() } }
        (process.standardOutput, process.standardError) = (files[0], files[1])
        process.terminationHandler = { [ended] _ in ended.signal() }
        try ChildProcess.withAllSignals { try process.run() }
    }

    /// A child inherits which signals are blocked, and the threads that tests run on block nearly all of them.
    private static func withAllSignals(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    deinit {
        if process.isRunning { kill() }
        try? FileManager.default.removeItem(at: output)
        try? FileManager.default.removeItem(at: errors)
    }

    /// Its result, or `nil` when it still runs after the given time.
    func result(within limit: DispatchTimeInterval) throws -> Result? {
        guard ended.wait(timeout: .now() + limit) == .success else { return nil }
        ended.signal()
        let status = process.terminationStatus
        return Result(
            status: process.terminationReason == .exit ? .exit(status) : .signal(status),
            output: try Data(contentsOf: output),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }

    /// Its result; one that runs for 5 minutes is killed.
    func result() throws -> Result {
        if let result = try result(within: .seconds(300)) { return result }
        kill()
        throw TimeLimitExceeded(
            arguments: process.arguments ?? [], errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }

    var identifier: Int32 { process.processIdentifier }

    /// SIGKILL: it can do nothing about it.
    func kill() {
        send(SIGKILL)
    }

    /// SIGTERM or SIGINT: it is asked to finish.
    func send(_ signal: Int32) {
        Foundation.kill(process.processIdentifier, signal)
    }
}
