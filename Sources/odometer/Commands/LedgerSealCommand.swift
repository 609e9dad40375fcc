import ArgumentParser
import Ledger
import Pipeline
import UsageModel
import Windowing

struct LedgerSealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal", abstract: "Closes a period for good, and freezes its totals in the ledger.",
        discussion: """
            Windows that end at or before the moment are sealed: the ledger keeps their totals and the frame they are as \
            of, and what comes for them later is a correction. A run must be stopped for it; it goes on where it was.
            """)

    @OptionGroup var file: ConfigurationOption

    @Option(help: "Windows that end at or before it: RFC 3339, or a date in the configured time zone.")
    var before: String

    @Option(help: "How the totals are written.")
    var format = OutputFormat.table

    func run() async throws {
        let configuration = try file.load()
        let days = try LocalDays(timeZone: configuration.timeZone)
        let moment = try TimeArgument.read(before, option: "--before", days: days)
        // A ledger that is not there is not made for this.
        try check(moment, try LedgerReader.open(path: configuration.ledger.path).status(), configuration)
        let ledger = try await LedgerWriter.open(path: configuration.ledger.path, now: { Timestamp.now })
        let seal: Seal
        do {
            // Again, as nobody else writes now.
            try check(moment, try await ledger.status(), configuration)
            seal = try await ledger.seal(before: moment)
        } catch {
            await ledger.abandon()
            throw error
        }
        try await ledger.close()
        let report = SealReport(seal: seal)
        var output = StandardOutput()
        try output.write(format == .json ? report.json.text + "\n" : report.text)
        try output.flush()
    }

    private func check(
        _ moment: Timestamp, _ status: LedgerStatus, _ configuration: Configuration
    ) throws(CallerMistake) {
        if let sealed = status.sealedBefore, sealed >= moment {
            throw CallerMistake("--before \(moment): the ledger is sealed before \(sealed) already")
        }
        guard let closed = configuration.closedUpTo(status.watermark) else {
            throw CallerMistake("--before \(moment): the ledger has no usage yet")
        }
        guard moment <= closed else {
            throw CallerMistake(
                "--before \(moment): windows are closed only up to \(closed), the watermark less the lateness;"
                    + " seal up to there, or read the sources first")
        }
    }
}
