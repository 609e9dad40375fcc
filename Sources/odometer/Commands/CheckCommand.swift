import ArgumentParser
import Foundation
import Pipeline

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks the configuration, and shows what sample records would become.",
        discussion: "Ends with 0 when all is well, and with 1 when a record of the sample is rejected.")

    @OptionGroup var file: ConfigurationOption

    @Option(help: "A file of records, one a line.")
    var sample: String?

    @Option(help: "The source whose format the sample has; the first one when absent.")
    var source: String?

    func run() async throws {
        let configuration = try file.load()
        let source = try chosenSource(of: configuration)
        let preview = try Preview(configuration: configuration, source: source)
        var output = StandardOutput()
        guard let sample else {
            let (lag, troubles) = await configuration.lag(resume: [], now: { .now })
            for trouble in troubles { StandardError.line("\(trouble)") }
            let report = CheckReport(configuration: configuration, lag: lag)
            try output.write(report.text)
            return try output.flush()
        }
        guard let bytes = FileManager.default.contents(atPath: sample) else {
            throw CallerMistake("--sample: \(sample) cannot be read")
        }
        let rows = try preview.rows(of: [UInt8](bytes))
        for row in rows { try output.write(PreviewText(row: row).text) }
        let rejected = rows.count { if case .rejected = $0.outcome { true } else { false } }
        try output.line("\(rows.count) records: \(rows.count - rejected) would be taken, \(rejected) rejected")
        try output.flush()
        if rejected > 0 { throw ExitCode(Ending.different) }
    }

    private func chosenSource(of configuration: Configuration) throws(CallerMistake) -> Source {
        let chosen = configuration.sources.first { source == nil || $0.name == source }
        if let chosen { return chosen }
        let known = configuration.sources.map(\.name).joined(separator: ", ")
        throw CallerMistake("there is no source \(source ?? ""); the configuration has \(known)")
    }
}
