import ArgumentParser
import Ledger
import Pipeline
import TenantMapping
import UsageModel
import UsageQuery
import Windowing

struct UsageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "Shows the usage of a meter.",
        discussion: """
            Times are RFC 3339, or dates in the configured time zone. Windows that start at or after --from and before \
            --to are counted. A tenant's usage has in it that of the tenants under it, by the column parent of the tenant \
            file.
            """)

    @OptionGroup var file: ConfigurationOption

    @Option(help: "The meter.")
    var meter: String

    @Option(help: "One tenant only, with those under it.")
    var tenant: String?

    @Option(help: "The first moment.")
    var from: String?

    @Option(help: "The moment to end before.")
    var to: String?

    @Option(help: "The windows that usage is added up in; the meter's own when absent.")
    var window: WindowGrid.Unit?

    @Option(help: "What to tell apart: tenant and dimensions of the meter, between commas; none for all together.")
    var groupBy = "tenant"

    @Option(help: "A dimension's values, such as /data/region=eu-west-1,us-east-1; it may be given again.")
    var filter: [String] = []

    @Flag(help: "Shows what tenants use also as that of those above them.")
    var rollUp = false

    @Option(help: "The percentile, by nearest rank, of the values of the meter's own windows, such as 95.")
    var percentile: String?

    @Flag(help: "Counts windows without usage as 0 in a percentile.")
    var emptyWindows = false

    @Option(help: "The ledger as it was with its first frames, up to this one.")
    var asOf: UInt64?

    @Option(help: "One version of the meter only; `odometer meters` lists them.")
    var meterVersion: Int?

    @Option(help: "How it is written.")
    var format = UsageReport.Format.table

    func run() throws {
        let report = UsageReport(answer: try answer(of: try file.load()))
        var output = StandardOutput()
        try output.write(report.text(as: format))
        try output.flush()
    }

    private func answer(of configuration: Configuration) throws -> UsageAnswer {
        do {
            let question = try question(of: configuration)
            var ledger = try LedgerReader.open(path: configuration.ledger.path)
            if let asOf { ledger = try ledger.asOf(asOf) }
            // The status first: what is called final by it is in the rows.
            let status = try ledger.status()
            return try question.answer(from: ledger, finalUpTo: configuration.closedUpTo(status))
        } catch let error as UsageQuestionError {
            throw CallerMistake(error.description)
        } catch LedgerError.noFrame(let seq, let last) {
            throw CallerMistake("--as-of \(seq): the ledger's last frame is \(last)")
        }
    }

    private func question(of configuration: Configuration) throws -> UsageQuestion {
        let meter = try configuration.meter(named: meter)
        if emptyWindows, percentile == nil { throw CallerMistake("--empty-windows needs --percentile") }
        let days = try LocalDays(timeZone: configuration.timeZone)
        let period = try TimeArgument.period(from: from, to: to, days: days)
        var unit = window
        if percentile != nil, unit == nil { unit = .total }
        var question = UsageQuestion(
            meter: meter, window: try UsageWindow(unit, of: meter), group: try UsageGroup(groupBy, of: meter),
            days: days)
        question.version = meterVersion
        question.tenant = tenant.map { ByteString($0) }
        question.rollsUp = rollUp
        if rollUp || tenant != nil { question.hierarchy = try configuration.tenantHierarchy() }
        question.filters = try filter.map { try UsageFilter($0, of: meter) }
        (question.from, question.to) = (period.start, period.end)
        question.percentile = try percentile.map { try Percentile($0) }
        question.countsEmptyWindows = emptyWindows
        return question
    }
}

extension UsageReport.Format: ExpressibleByArgument {}
