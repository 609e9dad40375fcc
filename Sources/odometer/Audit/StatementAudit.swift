import ArgumentParser
import Pipeline
import UsageModel
import UsageQuery

/// The audit of a ledger against a statement, as the command runs it.
struct StatementAudit {
    var options: StatementOptions
    var tenant: ByteString?
    var period: EventPeriod
    var format: OutputFormat

    /// Compares, and writes what differs.
    /// - Throws: ``CallerMistake`` for a statement that cannot be read, and the exit status where something differs.
    func run(_ file: String, _ configuration: Configuration) async throws {
        let separator = EventSeparator()
        let report = try await compare(file, configuration, separator)
        let text = StatementText(report: report)
        var output = StandardOutput()
        if format == .table {
            try text.writeLines(to: &output)
        } else if options.events {
            // The events come first, as they are written when they are found.
            try output.write(separator.next().isEmpty ? StatementAudit.beginning + "]," : "],")
            try text.writeJSON(to: &output, after: "")
        } else {
            try text.writeJSON(to: &output, after: "{")
        }
        try output.flush()
        if !report.isIdentical { throw ExitCode(Ending.different) }
    }

    private static let beginning = "{\"events\":["

    private func compare(
        _ file: String, _ configuration: Configuration, _ separator: EventSeparator
    ) async throws -> StatementReport {
        do {
            let selection = try options.selection(tenant: tenant, period: period)
            let statement = try Statement.load(path: file, rules: try options.rules(configuration, period: period))
            let comparison = StatementComparison(configuration, statement, selection)
            guard options.events else { return try await comparison.run(onEvent: nil) }
            let isJSON = format == .json
            return try await comparison.run { event, difference, place in
                let line = StatementText.EventLine(event: event, difference: difference, place: place)
                if isJSON {
                    let comma = separator.next()
                    try StandardOutput.write((comma.isEmpty ? StatementAudit.beginning : comma) + line.json.text)
                } else {
                    try StandardOutput.write(line.text + "\n")
                }
            }
        } catch let error as StatementError {
            throw CallerMistake(error.description)
        } catch let error as UsageQuestionError {
            throw CallerMistake(error.description)
        } catch let error as RunError {
            throw RunError("\(error.description); --explain 0 compares without reading the sources")
        }
    }
}
