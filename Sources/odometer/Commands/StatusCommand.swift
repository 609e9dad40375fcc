import ArgumentParser
import Ledger
import Pipeline

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows counts, positions, lag, watermark and the last commit.")

    @OptionGroup var file: ConfigurationOption

    @Option(help: "How it is written.")
    var format = OutputFormat.table

    func run() async throws {
        let configuration = try file.load()
        let ledger = try LedgerReader.open(path: configuration.ledger.path)
        let (lag, troubles) = await configuration.lag(resume: try ledger.partitions(), now: { .now })
        for trouble in troubles { StandardError.line("\(trouble); what is committed of it is shown") }
        let report = StatusReport(
            ledger: try ledger.status(), sources: configuration.sources.map(\.name), lag: lag)
        var output = StandardOutput()
        try output.write(format == .json ? report.json.text + "\n" : report.text)
        try output.flush()
    }
}
