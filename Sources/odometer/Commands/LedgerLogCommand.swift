import ArgumentParser
import Ledger
import Pipeline

struct LedgerLogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Shows the commits, one a line, the oldest first.")

    @OptionGroup var file: ConfigurationOption

    @Option(help: "How they are written.")
    var format = OutputFormat.table

    func run() throws {
        let ledger = try LedgerReader.open(path: try file.load().ledger.path)
        var commits: [CommitSummary] = []
        try ledger.forEachCommit { commits.append($0) }
        var output = StandardOutput()
        for commit in commits {
            let line = CommitLine(commit: commit)
            try output.line(format == .json ? line.json.text : line.text)
        }
        try output.flush()
    }
}
