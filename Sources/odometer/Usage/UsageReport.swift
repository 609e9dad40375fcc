import UsageModel
import UsageQuery

/// The usage of a meter, ready to be written.
struct UsageReport {
    var answer: UsageAnswer

    /// How it may be written.
    enum Format: String, CaseIterable {
        case table, json, csv
    }

    func text(as format: Format) -> String {
        switch format {
        case .table: table.lines.joined(separator: "\n") + "\n"
        case .json: json.text + "\n"
        case .csv: (CSVText.line(headings) + answer.rows.map { CSVText.line(cells(of: $0)) }.joined())
        }
    }

    /// The shape of the contract, and the percentile where one was asked for.
    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("meter", .string(answer.meter)), .init("from", .time(answer.from)), .init("to", .time(answer.to)),
            .init("window", .string(answer.window.name)),
        ]
        if let percentile = answer.percentile { members.append(.init("percentile", .string(percentile.description))) }
        return .object(members + [.init("rows", .array(answer.rows.map(json)))])
    }

    private func json(_ row: UsageAnswer.Row) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("window_start", .time(row.window.start)), .init("window_end", .time(row.window.end)),
        ]
        if let tenant = row.tenant { members.append(.init("tenant", .text(tenant))) }
        let dimensions = Dimensions(names: answer.group.dimensions, values: row.dimensions)
        members += [
            .init("dimensions", dimensions.json), .init("value", .string(row.value.description)),
            .init("events", .number(row.events)), .init("final", .bool(row.isFinal)),
        ]
        return .object(members)
    }

    private var table: TextTable {
        let columns = headings.map { TextTable.Column(heading: $0, isNumber: $0 == "value" || $0 == "events") }
        return TextTable(columns: columns, rows: answer.rows.map(cells))
    }

    private var headings: [String] {
        ["window_start", "window_end"] + (answer.group.byTenant ? ["tenant"] : []) + answer.group.dimensions
            + ["value", "events", "final"]
    }

    private func cells(of row: UsageAnswer.Row) -> [String] {
        var cells = [row.window.start.description, row.window.end.description]
        if let tenant = row.tenant { cells.append(tenant.description) }
        cells += row.dimensions.map { $0?.description ?? "" }
        return cells + [row.value.description, String(row.events), row.isFinal ? "true" : "false"]
    }
}
