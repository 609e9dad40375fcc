import Pipeline
import UsageModel

/// What moves from tenant to tenant, ready to be written.
struct MoveReport {
    var moves: [TenantReassignment.Move]

    /// JSON is one object a line.
    func text(as format: OutputFormat) -> String {
        format == .json ? moves.map { json($0).text + "\n" }.joined() : table.lines.joined(separator: "\n") + "\n"
    }

    private func json(_ move: TenantReassignment.Move) -> JSONValue {
        let dimensions = Dimensions(names: move.meter.dimensions, values: move.dimensions)
        return .object([
            .init("meter", .string(move.meter.name)), .init("window_start", .time(move.window.start)),
            .init("window_end", .time(move.window.end)), .init("dimensions", dimensions.json),
            .init("from", move.from.map { .text($0) } ?? .null), .init("to", move.to.map { .text($0) } ?? .null),
            .init("value", .string(value(move))), .init("events", .number(move.aggregate.events)),
        ])
    }

    private var table: TextTable {
        var table = TextTable(columns: [
            .init(heading: "meter"), .init(heading: "window_start"), .init(heading: "window_end"),
            .init(heading: "from"),
            .init(heading: "to"), .init(heading: "value", isNumber: true), .init(heading: "events", isNumber: true),
        ])
        table.rows = moves.map { move in
            [
                move.meter.name, move.window.start.description, move.window.end.description,
                move.from?.description ?? "", move.to?.description ?? "", value(move), "\(move.aggregate.events)",
            ]
        }
        return table
    }

    private func value(_ move: TenantReassignment.Move) -> String {
        move.aggregate.value(dividedBy: move.meter.divisor)?.description ?? "-"
    }
}
