import Ledger
import UsageModel
import UsageQuery

/// How two ledgers differ, ready to be written.
struct DiffReport {
    var comparison: LedgerComparison
    /// The windows that differ; `nil` where they are not shown.
    var windows: [LedgerComparison.WindowDifference]?

    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("identical", .bool(comparison.isIdentical)),
            .init("only_in_a", .array(comparison.onlyInA.map { .string($0) })),
            .init("only_in_b", .array(comparison.onlyInB.map { .string($0) })),
            .init("same", .number(UInt64(comparison.same))),
            .init("rows", .array(comparison.differences.map(json))),
        ]
        if let windows { members.append(.init("windows", .array(windows.map(json)))) }
        return .object(members)
    }

    private func json(_ row: LedgerComparison.TenantDifference) -> JSONValue {
        .object([
            .init("meter", .string(row.meter)), .init("tenant", .text(row.tenant)), .init("a", .quantity(row.a)),
            .init("b", .quantity(row.b)), .init("difference", .quantity(difference(row.a, row.b))),
            .init("windows_differing", .number(UInt64(row.windowsDiffering))),
            .init("windows_same", .number(UInt64(row.windowsSame))),
        ])
    }

    private func json(_ row: LedgerComparison.WindowDifference) -> JSONValue {
        let dimensions = Dimensions(names: row.meter.dimensions, values: row.dimensions)
        let members: [JSONValue.Member] = [
            .init("meter", .string(row.meter.name)), .init("tenant", .text(row.tenant)),
            .init("window_start", .time(row.window.start)), .init("window_end", .time(row.window.end)),
            .init("dimensions", dimensions.json), .init("a", .quantity(row.valueOfA)),
            .init("b", .quantity(row.valueOfB)),
        ]
        return .object(
            members + [
                .init("difference", .quantity(difference(row.valueOfA, row.valueOfB))),
                .init("events_in_a", .number(row.a?.events ?? 0)), .init("events_in_b", .number(row.b?.events ?? 0)),
            ])
    }

    /// What `b` has more; `nil` where one of them is no number, or it is out of range.
    private func difference(_ a: Quantity?, _ b: Quantity?) -> Quantity? {
        guard let a, let b else { return nil }
        return b.subtracting(a)
    }

    /// For a person.
    var lines: [String] {
        var lines: [String] = []
        if !comparison.differences.isEmpty {
            lines += table(
                ["meter", "tenant"],
                comparison.differences.map { row in
                    (
                        ["\(row.meter)", "\(row.tenant)"], row.a, row.b,
                        "\(row.windowsDiffering) of \(row.windowsDiffering + row.windowsSame)"
                    )
                }, last: "windows")
        }
        if let windows, !windows.isEmpty {
            let rows = windows.map { row in
                let dimensions = Dimensions(names: row.meter.dimensions, values: row.dimensions).text
                return (
                    [row.meter.name, "\(row.tenant)", "\(row.window.start)", dimensions], row.valueOfA, row.valueOfB,
                    "\(row.a?.events ?? 0) and \(row.b?.events ?? 0)"
                )
            }
            lines += [""] + table(["meter", "tenant", "window", "dimensions"], rows, last: "events")
        }
        for name in comparison.onlyInA { lines.append("only in a: meter \(TextTable.printable(name))") }
        for name in comparison.onlyInB { lines.append("only in b: meter \(TextTable.printable(name))") }
        lines.append(
            "\(comparison.isIdentical ? "identical" : "DIFFERENT"): \(comparison.differences.count) meters of tenants differ,"
                + " \(comparison.same) are the same")
        return lines
    }

    private func table(
        _ headings: [String], _ rows: [(cells: [String], a: Quantity?, b: Quantity?, last: String)], last: String
    ) -> [String] {
        let numbers = ["a", "b", "difference", last].map { TextTable.Column(heading: $0, isNumber: true) }
        return TextTable(
            columns: headings.map { TextTable.Column(heading: $0) } + numbers,
            rows: rows.map { row in
                let values = [row.a, row.b, difference(row.a, row.b)].map { $0?.description ?? "-" }
                return row.cells + values + [row.last]
            }
        ).lines
    }
}
