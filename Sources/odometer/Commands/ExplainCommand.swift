import ArgumentParser
import Pipeline
import UsageModel
import Windowing

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Shows the commits and byte ranges behind a tenant's usage in a window.",
        discussion: """
            The ranges of the sources are read again and held to the digests that the ledger has of them. With --events the \
            events that count are shown, each with its position, as they are found. Ends with 1 where a range is gone or \
            changed.
            """)

    @OptionGroup var file: ConfigurationOption

    @Option(help: "The meter.")
    var meter: String

    @Option(help: "The tenant.")
    var tenant: String

    @Option(help: "The start of the window: RFC 3339, or a date in the configured time zone.")
    var windowStart: String

    @Flag(help: "Shows the events too.")
    var events = false

    @Option(help: "How it is written.")
    var format = OutputFormat.table

    func run() async throws {
        let configuration = try file.load()
        _ = try configuration.meter(named: meter)
        let days = try LocalDays(timeZone: configuration.timeZone)
        let start = try TimeArgument.read(windowStart, option: "--window-start", days: days)
        var explanation = Explanation(meter: meter, tenant: ByteString(tenant), start: start)
        let (isShown, isJSON) = (events, format == .json)
        if isShown, isJSON { try StandardOutput.write("{\"events\":[") }
        let separator = EventSeparator()
        let show: @Sendable (Explanation.Event) throws -> Void = { event in
            let line = ExplainReport.EventLine(event: event)
            try StandardOutput.write(isJSON ? separator.next() + line.json.text : line.text + "\n")
        }
        try await explanation.find(in: configuration, onEvent: isShown ? show : nil)
        let report = ExplainReport(explanation: explanation)
        if isJSON {
            // The events come first, as they are written when they are found.
            try StandardOutput.write(isShown ? "]," + report.json.text.dropFirst() + "\n" : report.json.text + "\n")
        } else {
            try StandardOutput.write(report.lines.joined(separator: "\n") + "\n")
        }
        if !explanation.isIntact { throw ExitCode(Ending.different) }
    }
}
