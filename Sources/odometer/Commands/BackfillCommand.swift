import ArgumentParser
import Pipeline
import UsageModel
import Windowing

struct BackfillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill",
        abstract: "Reads the archived files of one source, or counts a meter over all the past.",
        discussion: """
            --source: Reads all there is of the source, commits and ends. The end of a file ends its last line. It goes on from \
            where a run or a backfill was, so that it may be interrupted at any moment and repeated: SIGTERM and SIGINT \
            commit what was read and end with 0.

            --from and --to choose files, by the times of their events: a file with an event at or after --from and \
            before --to is read as a whole, the others are left alone for another time. Times are RFC 3339, or dates in \
            the configured time zone.

            --meter: Reads all sources again from their beginning and counts one meter, as it is configured, over all \
            events that the ledger has counted and no others. What comes out takes the place of what the ledger has of this \
            version of the meter, in one commit. It may be interrupted and repeated. Where events are not in the sources \
            any more it changes nothing and ends with 3.
            """)

    @OptionGroup var file: ConfigurationOption

    @Option(help: "The source to read.")
    var source: String?

    @Option(help: "The meter to count over all the past.")
    var meter: String?

    @Flag(help: "With --meter: counts what there is where events are not in the sources any more.")
    var acceptLoss = false

    @Option(help: "The first moment; files with older events only are left alone.")
    var from: String?

    @Option(help: "The moment to end before; files with later events only are left alone.")
    var to: String?

    @OptionGroup var reading: ReadingOptions

    func run() async throws {
        let configuration = try file.load()
        switch (source, meter) {
        case (let source?, nil):
            if acceptLoss { throw CallerMistake("--accept-loss goes with --meter") }
            try await read(source, configuration)
        case (nil, let meter?):
            if from != nil || to != nil {
                throw CallerMistake("a meter is counted over all the past, without --from and --to")
            }
            try await count(meter, configuration)
        default:
            throw CallerMistake(
                "give either --source, whose archive is read, or --meter, which is counted over the past")
        }
    }

    private func read(_ source: String, _ configuration: Configuration) async throws {
        let configuration = try only(source, of: configuration)
        let days = try LocalDays(timeZone: configuration.timeZone)
        let period = try TimeArgument.period(from: from, to: to, days: days)
        let isWhole = period.start == nil && period.end == nil
        let options = try reading.runOptions(.archive(isWhole ? nil : period))
        let summary = try await reading.run(configuration, options)
        if let left = ProgressText(progress: summary).left { StandardError.line(left) }
    }

    private func count(_ name: String, _ configuration: Configuration) async throws {
        let meter = try configuration.meter(named: name)
        let summary = try await reading.recount(configuration) { recount, stop, report in
            try await recount.count([meter], acceptsLoss: acceptLoss, stop: stop, onProgress: report)
        }
        if let summary {
            StandardError.line(
                "meter \(name): counted \(summary.found) of \(summary.counted) events of the ledger anew")
        } else {
            StandardError.line("meter \(name): stopped before the end; run it again to go on")
        }
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
