import ArgumentParser
import Ledger
import Pipeline
import UsageModel

struct MetersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "meters", abstract: "Lists the meters that the ledger has usage of, with their versions.",
        discussion: """
            A meter is measured from the first commit of a run that has it in its configuration. Another definition under \
            the same name is another version. `odometer backfill --meter` counts the one that is configured over all the \
            past; it then stands for the versions before.
            """)

    @OptionGroup var file: ConfigurationOption

    @Option(help: "How it is written.")
    var format = OutputFormat.table

    func run() throws {
        let configuration = try file.load()
        let current = Set(configuration.meters.map(\.header))
        let versions = try LedgerReader.open(path: configuration.ledger.path).meterVersions()
        var output = StandardOutput()
        if format == .json {
            let list = versions.map { json($0, isConfigured: current.contains($0.header)) }
            try output.write(JSONValue.array(list).text + "\n")
        } else {
            var table = TextTable(columns: [
                .init(heading: "meter"), .init(heading: "version", isNumber: true), .init(heading: "configured"),
                .init(heading: "since_seq", isNumber: true), .init(heading: "backfilled_seq", isNumber: true),
                .init(heading: "definition"),
            ])
            table.rows = versions.map { version in
                [
                    version.header.name, "\(version.number)", current.contains(version.header) ? "yes" : "no",
                    "\(version.firstSeq)", version.recountedSeq.map { "\($0)" } ?? "", version.header.definition,
                ]
            }
            try output.write(table.lines.joined(separator: "\n") + "\n")
        }
        try output.flush()
    }

    private func json(_ version: MeterVersion, isConfigured: Bool) -> JSONValue {
        .object([
            .init("meter", .string(version.header.name)), .init("version", .number(UInt64(version.number))),
            .init("configured", .bool(isConfigured)), .init("since_seq", .number(version.firstSeq)),
            .init("backfilled_seq", version.recountedSeq.map { .number($0) } ?? .null),
            .init("definition", .string(version.header.definition)),
        ])
    }
}
