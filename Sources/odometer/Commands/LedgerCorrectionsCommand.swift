import ArgumentParser
import Ledger
import Pipeline
import UsageModel

struct LedgerCorrectionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "corrections", abstract: "Lists what changed in windows that had been closed, and why.",
        discussion: """
            A correction comes to a window's value; a debit, whose value is written with a minus, was taken away from it. \
            The causes: late (the event came after the window and the lateness), sealed (the window had been sealed), \
            reassigned_debit and reassigned_credit (`odometer tenants reassign`). A late event that joins sessions takes \
            each of them away and puts the joined one in their place.
            """)

    @OptionGroup var file: ConfigurationOption

    @Option(help: "One meter only.")
    var meter: String?

    @Option(help: "One tenant only.")
    var tenant: String?

    @Option(help: "How it is written.")
    var format = OutputFormat.table

    func run() throws {
        let ledger = try LedgerReader.open(path: try file.load().ledger.path)
        let tenant = tenant.map { ByteString($0) }
        var rows: [CorrectionRow] = []
        try ledger.forEachCorrection { row in
            if let meter, row.meter.header.name != meter { return }
            if let tenant, row.tenant != tenant { return }
            rows.append(row)
        }
        var output = StandardOutput()
        if format == .json {
            for row in rows { try output.write(json(row).text + "\n") }
        } else {
            var table = TextTable(columns: [
                .init(heading: "seq", isNumber: true), .init(heading: "meter"), .init(heading: "window_start"),
                .init(heading: "window_end"), .init(heading: "tenant"), .init(heading: "dimensions"),
                .init(heading: "cause"), .init(heading: "value", isNumber: true),
                .init(heading: "events", isNumber: true),
            ])
            table.rows = rows.map(cells)
            try output.write(table.lines.joined(separator: "\n") + "\n")
        }
        try output.flush()
    }

    private func value(_ row: CorrectionRow) -> String? {
        guard row.isDebit, let value = row.value else { return row.value }
        return value.hasPrefix("-") ? String(value.dropFirst()) : value == "0" ? value : "-" + value
    }

    private func json(_ row: CorrectionRow) -> JSONValue {
        let dimensions = Dimensions(names: row.meter.header.dimensions, values: row.dimensions)
        return .object([
            .init("seq", .number(row.seq)), .init("meter", .string(row.meter.header.name)),
            .init("version", .number(UInt64(row.meter.number))), .init("window_start", .time(row.window.start)),
            .init("window_end", .time(row.window.end)), .init("tenant", .text(row.tenant)),
            .init("dimensions", dimensions.json), .init("cause", .string(row.cause.name)),
            .init("value", value(row).map { .string($0) } ?? .null), .init("events", .number(row.events)),
        ])
    }

    private func cells(_ row: CorrectionRow) -> [String] {
        let dimensions = Dimensions(names: row.meter.header.dimensions, values: row.dimensions)
        return [
            "\(row.seq)", row.meter.header.name, row.window.start.description, row.window.end.description,
            row.tenant.description, dimensions.text, row.cause.name, value(row) ?? "-",
            "\(row.events)",
        ]
    }
}
