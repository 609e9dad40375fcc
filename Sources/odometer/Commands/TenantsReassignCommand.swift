import ArgumentParser
import Pipeline
import UsageModel

struct TenantsReassignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reassign", abstract: "Moves past usage to the tenants that the tenant file says today.",
        discussion: """
            Usage of subjects that had no tenant, and have one now for the whole of a window, is moved by the ledger alone: \
            each window gets a debit for `unmapped:<subject>` and a credit for the tenant, which are appended as \
            corrections. Nothing that was committed is changed.

            --from-sources reads all sources again and moves also usage of subjects that had another tenant, and of windows \
            that several tenants share. It may be interrupted and repeated.

            A run must be stopped for it; it goes on where it was.
            """)

    @OptionGroup var file: ConfigurationOption

    @Option(help: "One subject only.")
    var subject: String?

    @Flag(help: "Reads all sources again, for what the ledger alone cannot tell.")
    var fromSources = false

    @Flag(help: "Shows what would be moved, and moves nothing.")
    var dryRun = false

    @Option(help: "How what was moved is written.")
    var format = OutputFormat.table

    @OptionGroup var reading: ReadingOptions

    func run() async throws {
        let configuration = try file.load()
        if configuration.tenants == nil { throw CallerMistake("the configuration names no tenants.file") }
        if fromSources, subject != nil { throw CallerMistake("--subject goes without --from-sources") }
        guard let moved = try await moved(by: configuration) else {
            StandardError.line("stopped before the end; run it again to go on")
            return
        }
        var output = StandardOutput()
        try output.write(MoveReport(moves: moved.moves).text(as: format))
        try output.flush()
        if moved.dividedWindows > 0 {
            StandardError.line(
                "\(moved.dividedWindows) windows belong to a tenant in part, or to several; --from-sources divides them"
            )
        }
    }

    private func moved(by configuration: Configuration) async throws -> TenantReassignment? {
        let subject = subject.map { ByteString($0) }
        if !fromSources, dryRun { return try Recount.reassignment(of: configuration, subject: subject) }
        return try await reading.recount(configuration) { recount, stop, report in
            if !fromSources { return try await recount.reassign(subject: subject) }
            return try await recount.reassignFromSources(isTrial: dryRun, stop: stop, onProgress: report)
        }
    }
}
