import ArgumentParser
import Ledger
import Pipeline

struct LedgerVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Checks every frame and hash of the ledger, and the index against them.",
        discussion: """
            Where checkpoints were signed, the ledger is held to the last one. Ends with 0 when all is sound, and with 1 \
            when something is damaged.
            """)

    @OptionGroup var file: ConfigurationOption

    func run() throws {
        let configuration = try file.load()
        let report = try LedgerReader.verify(path: configuration.ledger.path)
        var output = StandardOutput()
        for problem in report.problems { try output.line(problem) }
        if report.tornTailBytes > 0 {
            try output.line(
                "\(report.tornTailBytes) bytes of an unfinished commit at the end; the next run cuts them off")
        }
        try output.line(
            "\(report.isSound ? "sound" : "DAMAGED"): \(report.segments) segments, \(report.commits) commits,"
                + " \(report.documents) documents, \(report.seals) seals, \(report.bytes) bytes"
                + (report.statements > 0 ? ", \(report.statements) statements that were signed" : ""))
        try output.flush()
        if !report.isSound { throw ExitCode(Ending.different) }
    }
}
