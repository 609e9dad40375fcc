import ArgumentParser
import Ledger
import Pipeline
import UsageModel
import Windowing

struct UsageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "Shows the usage of a meter.",
        discussion: """
            Times are RFC 3339, or dates in the configured time zone. Windows that start at or after --from and before \
            --to are counted.
            """)

    @OptionGroup var file: ConfigurationOption

    @Option(help: "The meter.")
    var meter: String

    @Option(help: "One tenant only.")
    var tenant: String?

    @Option(help: "The first moment.")
    var from: String?

    @Option(help: "The moment to end before.")
    var to: String?

    @Option(help: "The windows that usage is added up in; the meter's own when absent.")
    var window: WindowGrid.Unit?

    @Option(help: "What to tell apart: tenant and dimensions of the meter, between commas; none for all together.")
    var groupBy = "tenant"

    @Option(help: "How it is written.")
    var format = UsageReport.Format.table

    func run() throws {
        let report = try report(of: try file.load())
        var output = StandardOutput()
        try output.write(report.text(as: format))
        try output.flush()
    }

    private func report(of configuration: Configuration) throws -> UsageReport {
        guard let meter = configuration.meters.first(where: { $0.name == self.meter }) else {
            let known = configuration.meters.map(\.name).joined(separator: ", ")
            throw CallerMistake("there is no meter \(self.meter); the configuration has \(known)")
        }
        let days = try LocalDays(timeZone: configuration.timeZone)
        let period = try TimeArgument.period(from: from, to: to, days: days)
        let window = try UsageWindow(window, of: meter)
        var rollup = UsageRollup(window: window, group: try UsageGroup(groupBy, of: meter), days: days)

        let ledger = try LedgerReader.open(path: configuration.ledger.path)
        // The status first: what is called final by it is in the rows.
        let status = try ledger.status()
        let rows = try ledger.usage(
            meter: meter.name, tenant: tenant.map { ByteString($0) }, from: period.start, to: period.end)
        do throws(AggregateError) {
            for row in rows { try rollup.add(row) }
        } catch .overflow {
            throw RunError("the total of meter \(meter.name) does not fit its number; ask for smaller windows")
        } catch .differentKinds {
            throw RunError("meter \(meter.name) was of another aggregation before; give what changed a name of its own")
        }
        let closed = [configuration.closedUpTo(status.watermark), status.sealedBefore].compactMap { $0 }.max()
        return UsageReport(
            meter: meter.name, window: window, group: rollup.group, from: period.start ?? rollup.extent?.start,
            to: period.end ?? rollup.extent?.end, rows: rollup.rows(from: period.start, to: period.end),
            finalUpTo: closed)
    }
}

extension UsageReport.Format: ExpressibleByArgument {}
