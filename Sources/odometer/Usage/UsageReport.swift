import UsageModel

/// The usage of a meter, ready to be written.
struct UsageReport {
    var meter: String
    var window: UsageWindow
    var group: UsageGroup
    /// What was asked for, or what there is; `nil` when there is nothing.
    var from: Timestamp?
    var to: Timestamp?
    var rows: [UsageRollup.Row]
    /// The latest time up to which windows are final: the watermark less the lateness.
    var finalUpTo: Timestamp?

    /// How it may be written.
    enum Format: String, CaseIterable {
        case table, json, csv
    }

    func text(as format: Format) -> String {
        switch format {
        case .table: table.lines.joined(separator: "\n") + "\n"
        case .json: json.text + "\n"
        case .csv: (CSVText.line(headings) + rows.map { CSVText.line(cells(of: $0)) }.joined())
        }
    }

    func isFinal(_ row: UsageRollup.Row) -> Bool {
        finalUpTo.map { row.window.end <= $0 } ?? false
    }

    /// The shape of the contract.
    var json: JSONValue {
        .object([
            .init("meter", .string(meter)), .init("from", .time(from)), .init("to", .time(to)),
            .init("window", .string(window.name)), .init("rows", .array(rows.map(json))),
        ])
    }

    private func json(_ row: UsageRollup.Row) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("window_start", .time(row.window.start)), .init("window_end", .time(row.window.end)),
        ]
        if let tenant = row.tenant { members.append(.init("tenant", .text(tenant))) }
        let dimensions = zip(group.dimensions, row.dimensions)
            .map { JSONValue.Member($0, $1.map { .text($0) } ?? .null) }
        members += [
            .init("dimensions", .object(dimensions)), .init("value", .string(row.aggregate.value.description)),
            .init("events", .number(row.aggregate.events)), .init("final", .bool(isFinal(row))),
        ]
        return .object(members)
    }

    private var table: TextTable {
        let columns = headings.map { TextTable.Column(heading: $0, isNumber: $0 == "value" || $0 == "events") }
        return TextTable(columns: columns, rows: rows.map(cells))
    }

    private var headings: [String] {
        ["window_start", "window_end"] + (group.byTenant ? ["tenant"] : []) + group.dimensions
            + ["value", "events", "final"]
    }

    private func cells(of row: UsageRollup.Row) -> [String] {
        var cells = [row.window.start.description, row.window.end.description]
        if let tenant = row.tenant { cells.append(tenant.description) }
        cells += row.dimensions.map { $0?.description ?? "" }
        return cells + [
            row.aggregate.value.description, String(row.aggregate.events), isFinal(row) ? "true" : "false",
        ]
    }
}
