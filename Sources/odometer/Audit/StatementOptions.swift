import ArgumentParser
import Pipeline
import UsageModel
import Windowing

/// What says how a ledger is compared with a statement.
struct StatementOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A statement to compare the ledger with, such as an invoice: CSV with the columns tenant, meter, window and value.",
            discussion: """
                A window is named by its start: a month like 2026-11, a day like 2026-11-01, or RFC 3339 for the meter's own; \
                a column window_end, where there is one, says where it ends.
                """,
            valueName: "file"))
    var against: String?

    @Option(help: "The meter of a statement without that column; of one with it, that meter's lines only.")
    var meter: String?

    @Option(help: "How long the statement's windows are, where it does not say so.")
    var window: WindowGrid.Unit?

    @Option(help: "How far a number of the statement may be off.")
    var tolerance: String?

    @Option(help: "The same in percent of the ledger's number.")
    var tolerancePercent: String?

    @Flag(help: "Leaves out usage that the statement does not list.")
    var onlyListed = false

    @Option(help: "How many differences are explained from the sources, the first ones.")
    var explain: Int?

    @Flag(help: "Shows the events behind the differences that are explained.")
    var events = false

    /// How many differences are explained where nobody says it.
    static let explained = 20

    /// - Throws: ``CallerMistake`` for options that mean nothing without a statement.
    func checkAlone() throws(CallerMistake) {
        let given = [
            ("--meter", meter != nil), ("--window", window != nil), ("--tolerance", tolerance != nil),
            ("--tolerance-percent", tolerancePercent != nil), ("--only-listed", onlyListed),
            ("--explain", explain != nil), ("--events", events),
        ]
        if let option = given.first(where: { $0.1 })?.0 {
            throw CallerMistake("\(option) is of a comparison with a statement; name that with --against")
        }
    }

    func rules(_ configuration: Configuration, period: EventPeriod) throws -> StatementRules {
        if let meter { _ = try configuration.meter(named: meter) }
        var rules = StatementRules(
            meters: configuration.meters, days: try LocalDays(timeZone: configuration.timeZone))
        (rules.meter, rules.unit, rules.period) = (meter, window, period)
        return rules
    }

    func selection(tenant: ByteString?, period: EventPeriod) throws(CallerMistake) -> StatementComparison.Selection {
        var selection = StatementComparison.Selection()
        (selection.tenant, selection.meter, selection.period) = (tenant, meter, period)
        selection.isOnlyListed = onlyListed
        selection.tolerance = StatementTolerance(
            absolute: try StatementOptions.quantity(tolerance, "--tolerance"),
            percent: try StatementOptions.quantity(tolerancePercent, "--tolerance-percent"))
        selection.explained = explain ?? StatementOptions.explained
        if selection.explained < 0 { throw CallerMistake("--explain must be 0 or more, is \(selection.explained)") }
        return selection
    }

    private static func quantity(_ text: String?, _ option: String) throws(CallerMistake) -> Quantity? {
        guard let text else { return nil }
        guard let quantity = Quantity(text), quantity >= .zero else {
            throw CallerMistake("\(option) must be a number of 0 or more, such as 0.01, is \"\(text)\"")
        }
        return quantity
    }
}
