import Foundation
import Testing

/// `Tests/Faults/shim.c`, which puts a fault into one system call of a program that was not built for it.
struct FaultShim {
    /// What happens to a call; the shim's source says it in full.
    enum Kind: String, CaseIterable {
        case killBefore = "kill-before"
        case killAfter = "kill-after"
        case torn, eio, enospc, full, short

        var isKill: Bool { [.killBefore, .killAfter, .torn].contains(self) }
    }

    /// One call that the shim counted.
    struct Call {
        var name: String
        var path: String
    }

    private static let library = Result { try build() }

    private let path: String
    private let below: URL
    private let log: URL

    /// - Parameters:
    ///   - below: the directory whose calls are counted.
    ///   - log: where they are written down; it lies elsewhere.
    init(below: URL, log: URL) throws {
        path = try FaultShim.library.get().path
        self.below = below
        self.log = log
    }

    /// The variables for a program that is to fail at one call, or at none, and a new log.
    func environment(_ kind: Kind? = nil, at number: Int = 0) throws -> [String: String] {
        try? FileManager.default.removeItem(at: log)
        var variables = [
            "LD_PRELOAD": path, "ODOMETER_FAULT_BELOW": below.path, "ODOMETER_FAULT_LOG": log.path,
        ]
        if let kind {
            variables["ODOMETER_FAULT_KIND"] = kind.rawValue
            variables["ODOMETER_FAULT_AT"] = "\(number)"
        }
        return variables
    }

    /// The calls that were counted since the log is new.
    func calls() throws -> [Call] {
        guard FileManager.default.fileExists(atPath: log.path) else { return [] }
        return try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map { line in
            let parts = line.split(separator: " ", maxSplits: 2)
            try #require(parts.count == 3, "\(line)")
            return Call(name: String(parts[1]), path: String(parts[2]))
        }
    }

    private static func build() throws -> URL {
        let source = Programs.package.appendingPathComponent("Tests/Faults/shim.c")
        let library = Programs.product("libodometer-faults.so")
        let arguments = ["cc", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror"]
        let result = try ChildProcess(
            Programs.environment, arguments + ["-o", library.path, source.path, "-ldl"],
            in: FileManager.default.temporaryDirectory
        ).result()
        try #require(result.status == .exit(0), "\(result.errors)")
        return library
    }
}
