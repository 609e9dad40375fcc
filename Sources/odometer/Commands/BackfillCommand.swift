import ArgumentParser
import Pipeline
import UsageModel
import Windowing

struct BackfillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill", abstract: "Reads the archived files of one source into the ledger.",
        discussion: """
            Reads all there is of the source, commits and ends. The end of a file ends its last line. It goes on from \
            where a run or a backfill was, so that it may be interrupted at any moment and repeated: SIGTERM and SIGINT \
            commit what was read and end with 0.

            --from and --to choose files, by the times of their events: a file with an event at or after --from and \
            before --to is read as a whole, the others are left alone for another time. Times are RFC 3339, or dates in \
            the configured time zone.
            """)

    @OptionGroup var file: ConfigurationOption

    @Option(help: "The source.")
    var source: String

    @Option(help: "The first moment; files with older events only are left alone.")
    var from: String?

    @Option(help: "The moment to end before; files with later events only are left alone.")
    var to: String?

    @OptionGroup var reading: ReadingOptions

    func run() async throws {
        let configuration = try only(source, of: try file.load())
        let days = try LocalDays(timeZone: configuration.timeZone)
        let period = try TimeArgument.period(from: from, to: to, days: days)
        let isWhole = period.start == nil && period.end == nil
        let options = try reading.runOptions(.archive(isWhole ? nil : period))
        let summary = try await reading.run(configuration, options)
        if let left = ProgressText(progress: summary).left { StandardError.line(left) }
    }

    /// The configuration with one source of those it has.
    private func only(_ name: String, of configuration: Configuration) throws(CallerMistake) -> Configuration {
        var only = configuration
        only.sources = configuration.sources.filter { ByteString($0.name) == ByteString(name) }
        if only.sources.isEmpty {
            let known = configuration.sources.map(\.name).joined(separator: ", ")
            throw CallerMistake("there is no source \(name); the configuration has \(known)")
        }
        return only
    }
}
