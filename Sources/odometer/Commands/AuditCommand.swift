import ArgumentParser
import Foundation
import Pipeline
import UsageModel
import Windowing

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Makes commits again from the sources and compares them with the ledger.",
        discussion: """
            Each commit is made again from the byte ranges that it names, with the configuration and the tenant table that \
            were in force then. Ends with 0 where all is identical, with \
            1 where something differs, and with 3 where a source cannot be asked. Nothing is written to the ledger; what is \
            checked is noted in a file beside it, whose name ends in .audit, so that the same command goes on where one was \
            interrupted.

            With --against it compares the ledger's usage with a statement instead, line by line, and makes again what stands \
            behind the first differences.
            """)

    @OptionGroup var file: ConfigurationOption

    @Option(help: "One tenant's usage only.")
    var tenant: String?

    @Option(help: "The first moment; commits with older events only are left out.")
    var from: String?

    @Option(help: "The moment to end before; commits with later events only are left out.")
    var to: String?

    @Option(help: "The part of the commits that is made again, drawn at random, such as 0.01.")
    var sample: Double?

    @Option(help: "What the draw depends on.")
    var seed: UInt64 = 0

    @Option(help: "How many commits are made again at once.")
    var workers = 2

    @Flag(help: "Checks all commits anew, also those that an audit that was interrupted has checked.")
    var anew = false

    @OptionGroup(title: "Against a statement") var statement: StatementOptions

    @Option(help: "How it is written.")
    var format = OutputFormat.table

    @Option(help: "A file to write the result to as well, as an HTML page for a person.")
    var report: String?

    func run() async throws {
        let configuration = try file.load()
        if let against = statement.against {
            if report != nil { throw CallerMistake("--report is the page of an audit; it does not go with --against") }
            return try await compare(configuration, against)
        }
        try statement.checkAlone()
        try checkReport()
        if let sample, !(sample > 0 && sample <= 1) {
            throw CallerMistake("--sample must be above 0 and at most 1, is \(sample)")
        }
        guard (1...64).contains(workers) else { throw CallerMistake("--workers must be 1 to 64, is \(workers)") }
        var selection = AuditSelection()
        selection.tenant = tenant.map { ByteString($0) }
        selection.period = try TimeArgument.period(
            from: from, to: to, days: try LocalDays(timeZone: configuration.timeZone))
        (selection.sample, selection.seed) = (sample, seed)
        let progress = AuditProgress()
        let journal = AuditJournal(
            of: configuration, selection, version: OdometerCommand.configuration.version, anew: anew)
        if let journal, journal.checked > 0 {
            StandardError.line(
                "goes on with an audit that was interrupted: \(journal.checked) commits were checked; --anew checks all"
            )
        }
        let found = try await Audit(configuration, selection, workers: workers).run(journal) { progress.show($0) }
        let text = AuditText(report: found)
        // The page is written also where nobody reads the output any more. Where it cannot be, the journal stays, so that the
        // same command need not check all again.
        let printed = Result {
            try StandardOutput.write(
                format == .json ? text.json.text + "\n" : text.lines.joined(separator: "\n") + "\n")
        }
        let facts = AuditPage.Facts(
            configuration: URL(fileURLWithPath: file.config).lastPathComponent,
            ledger: URL(fileURLWithPath: configuration.ledger.path).lastPathComponent, selection: selection, time: .now,
            version: OdometerCommand.configuration.version)
        try write(AuditPage(report: found, facts: facts))
        journal?.finish()
        try printed.get()
        if !found.isIdentical { throw ExitCode(Ending.different) }
    }

    private func compare(_ configuration: Configuration, _ statement: String) async throws {
        if sample != nil { throw CallerMistake("--sample draws commits, and --against compares all; give one of them") }
        let period = try TimeArgument.period(
            from: from, to: to, days: try LocalDays(timeZone: configuration.timeZone))
        let audit = StatementAudit(
            options: self.statement, tenant: tenant.map { ByteString($0) }, period: period, format: format)
        try await audit.run(statement, configuration)
    }
}
