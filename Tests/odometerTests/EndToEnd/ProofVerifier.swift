import Foundation
import Testing

/// What a third party checks a proof with, who has no Odometer.
enum ProofVerifier {
    /// `Tests/Transparency/verify.py`, written from the texts of the formats.
    case python
    /// `Tests/Transparency/verify.go`, over the packages of Go's own checksum database.
    case go

    private static let sources = Programs.package.appendingPathComponent("Tests/Transparency")

    /// Where Debian's golang-golang-x-mod-dev puts the packages.
    private static let goPath = "/usr/share/gocode"

    static var hasGo: Bool {
        let paths = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/go" }
        return paths.contains { FileManager.default.isExecutableFile(atPath: $0) }
            && FileManager.default.fileExists(atPath: goPath + "/src/golang.org/x/mod/sumdb/tlog")
    }

    /// Makes it ready in a workspace.
    func prepare(in workspace: Workspace) throws {
        guard self == .go else { return }
        let source = ProofVerifier.sources.appendingPathComponent("verify.go").path
        try workspace.succeed(
            Programs.environment,
            ["GO111MODULE=off", "GOPATH=\(ProofVerifier.goPath)", "go", "build", "-o", "verify", source])
    }

    /// Checks a directory of proofs against a key, and against an older checkpoint.
    func check(
        _ proofs: String, key: String = "key.pub", since: String? = nil, in workspace: Workspace
    ) throws -> ChildProcess.Result {
        let (program, dash) =
            switch self {
            case .python: (["python3", ProofVerifier.sources.appendingPathComponent("verify.py").path], "--")
            case .go: ([workspace.file("verify").path], "-")
            }
        var arguments = program + [dash + "key", key, dash + "proofs", proofs]
        if let since { arguments += [dash + "since", since] }
        return try ChildProcess(Programs.environment, arguments, in: workspace.directory).result()
    }
}
