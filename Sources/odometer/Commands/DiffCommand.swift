import ArgumentParser
import Ledger
import UsageModel
import UsageQuery
import Windowing

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compares the usage of two ledgers by meter and tenant.",
        discussion: """
            The ledgers are given by their directories, such as the one of the configuration and that of a replay. Every \
            window of every series is compared, by value and number of events; --windows shows those that differ. Sums are \
            shown of meters that count or add up. Ends with 0 where nothing differs, and with 1 otherwise.
            """)

    @Argument(help: "The directory of a ledger.")
    var a: String

    @Argument(help: "The directory of another.")
    var b: String

    @Option(help: "One meter only.")
    var meter: String?

    @Option(help: "One tenant only.")
    var tenant: String?

    @Option(help: "The first moment that windows start at.")
    var from: String?

    @Option(help: "The moment that windows start before.")
    var to: String?

    @Option(help: "The time zone of dates in --from and --to.")
    var timeZone = "UTC"

    @Flag(help: "Shows each window that differs.")
    var windows = false

    @Option(help: "How it is written.")
    var format = OutputFormat.table

    func run() throws {
        guard let days = try? LocalDays(timeZone: timeZone) else {
            throw CallerMistake("--time-zone: \"\(timeZone)\" is not a known time zone; write it like Europe/Berlin")
        }
        var selection = LedgerComparison.Selection()
        (selection.meter, selection.tenant) = (meter, tenant.map { ByteString($0) })
        selection.period = try TimeArgument.period(from: from, to: to, days: days)
        let ledgers = try [a, b].map { try LedgerReader.open(path: $0) }
        if let meter, try ledgers.allSatisfy({ try $0.meterVersions(of: meter).isEmpty }) {
            throw CallerMistake("neither ledger has a meter \(meter)")
        }
        var differing: [LedgerComparison.WindowDifference] = []
        let comparison = try LedgerComparison(ledgers[0], ledgers[1], selection) { window in
            if windows { differing.append(window) }
        }
        let report = DiffReport(comparison: comparison, windows: windows ? differing : nil)
        try StandardOutput.write(
            format == .json ? report.json.text + "\n" : report.lines.joined(separator: "\n") + "\n")
        if !comparison.isIdentical { throw ExitCode(Ending.different) }
    }
}
