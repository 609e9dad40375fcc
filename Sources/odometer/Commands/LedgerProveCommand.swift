import ArgumentParser
import Foundation
import Ledger
import Pipeline
import UsageModel

struct LedgerProveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove", abstract: "Writes what proves to a tenant that the ledger holds its usage.",
        discussion: """
            The files can be checked without Odometer; VERIFY.txt, one of them, says how. With --since they also prove \
            that nothing has changed since an older checkpoint; where that is not so, it ends with 1.
            """)

    @OptionGroup var file: ConfigurationOption

    @Option(help: "The tenant.")
    var tenant: String

    @Option(help: "The number of one commit, of `odometer ledger log`; all commits with the tenant when absent.")
    var commit: UInt64?

    @Option(help: "A file with an older checkpoint of this ledger.")
    var since: String?

    @Option(help: "The directory to write to; made if missing, otherwise it has to be empty.")
    var out: String

    func run() throws {
        let configuration = try file.load()
        if let names = try? FileManager.default.contentsOfDirectory(atPath: out), !names.isEmpty {
            throw CallerMistake("\(out) is not empty; nothing was written")
        }
        let older = try since.map { try LedgerProveCommand.bytes(of: $0) }
        let log = try LedgerReader.open(path: configuration.ledger.path).log()
        let consistency = try consistency(of: log, since: older)
        let statements = try log.statements(of: ByteString(tenant), commit: commit)
        if statements.isEmpty {
            let place = commit.map { "commit \($0)" } ?? "the ledger"
            throw CallerMistake(
                "\(place) says nothing of tenant \"\(tenant)\"; `odometer ledger log` lists the commits")
        }
        let bundle = ProofBundle(try log.inclusion(of: statements), consistency: consistency, of: log)
        try write(bundle)
    }

    private static func bytes(of path: String) throws(CallerMistake) -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw CallerMistake("\(path) cannot be read: \(error.localizedDescription)")
        }
    }

    private func consistency(of log: TransparencyLog, since older: [UInt8]?) throws -> ConsistencyProof? {
        guard let since, let older else { return nil }
        let checkpoint: LogCheckpoint
        do {
            checkpoint = try LogCheckpoint(older, signedBy: log.verifier)
        } catch {
            throw CallerMistake("\(since): \(error)")
        }
        if let proof = try log.consistency(since: checkpoint) { return proof }
        StandardError.line(
            "odometer: the ledger is not a continuation of \(since): what was signed there over \(checkpoint.size)"
                + " statements is not what the ledger holds now; nothing was written")
        throw ExitCode(Ending.different)
    }

    private func write(_ bundle: ProofBundle) throws {
        let directory = URL(fileURLWithPath: out, isDirectory: true)
        do {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            for file in bundle.files { try Data(file.bytes).write(to: directory.appendingPathComponent(file.name)) }
        } catch {
            throw RunError("\(out) cannot be written: \(error.localizedDescription)")
        }
        var output = StandardOutput()
        for file in bundle.files { try output.line("wrote \(out)/\(file.name)") }
        try output.flush()
    }
}
