import ArgumentParser
import Foundation
import Pipeline
import UsageModel
import Windowing

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Counts again what the ledger counts, under another configuration.",
        discussion: """
            Makes a second ledger in --into: of the events that the ledger of the configuration counts, read from the sources \
            again, with the meters and the tenant table that the configuration has now. `odometer diff` shows what that would \
            have changed. The ledger itself is only read. It may be interrupted and repeated: the same command goes on. \
            Where events are not in the sources any more it ends with 3.
            """)

    @OptionGroup var file: ConfigurationOption

    @Option(help: "The directory of the second ledger.")
    var into: String

    @Option(help: "The first moment; older events are left out.")
    var from: String?

    @Option(help: "The moment to end before; later events are left out.")
    var to: String?

    @Flag(help: "Counts what there is where events are not in the sources any more.")
    var acceptLoss = false

    @OptionGroup var reading: ReadingOptions

    func run() async throws {
        let configuration = try file.load()
        let days = try LocalDays(timeZone: configuration.timeZone)
        let period = try TimeArgument.period(from: from, to: to, days: days)
        let place = URL(fileURLWithPath: into).standardizedFileURL.path
        let summary = try await reading.replay(configuration, of: period, into: place, acceptsLoss: acceptLoss)
        if let summary {
            StandardError.line("replayed \(summary.found) of \(summary.counted) events of the ledger into \(into)")
        } else {
            StandardError.line("stopped before the end; run it again to go on")
        }
    }
}
