import Pipeline
import UsageModel
import Windowing

/// What a comparison with a statement found, ready to be written.
struct StatementText {
    var report: StatementReport

    /// An event behind a difference.
    struct EventLine {
        var event: Explanation.Event
        var difference: StatementDifference
        /// The difference's place in the report.
        var place: Int

        var json: JSONValue {
            .object(
                [.init("difference", .number(UInt64(place)))] + ExplainReport.EventLine(event: event).members)
        }

        var text: String {
            TextTable.printable("\(StatementText.name(of: difference)), commit \(event.seq): ")
                + ExplainReport.EventLine(event: event).text
        }
    }

    // MARK: For programs

    /// Writes the members of an object, its end and the end of the line; the differences one by one, as there may be many.
    /// - Parameter beginning: what stands before the members.
    func writeJSON(to output: inout StandardOutput, after beginning: String) throws(OutputError) {
        let head = JSONValue.object([
            .init("identical", .bool(report.isIdentical)), .init("lines", .number(UInt64(report.lines))),
            .init("agreeing", .number(UInt64(report.agreeing))),
            .init("differing", .number(UInt64(report.differences.count))),
        ])
        try output.write(beginning + head.text.dropFirst().dropLast() + ",\"differences\":[")
        for (place, difference) in report.differences.enumerated() {
            try output.write((place > 0 ? "," : "") + json(difference).text)
        }
        try output.line("]}")
    }

    /// A window without usage is 0 in the ledger. Without `commits` nobody looked.
    private func json(_ difference: StatementDifference) -> JSONValue {
        let isOfAll = (
            difference.window.start == WindowGrid.allOfTime.start, difference.window.end == WindowGrid.allOfTime.end
        )
        var members: [JSONValue.Member] = [
            .init("line", difference.line.map { .number(UInt64($0)) } ?? .null),
            .init("meter", .string(difference.meter)), .init("tenant", .text(difference.tenant)),
            .init("window_start", .time(isOfAll.0 ? nil : difference.window.start)),
            .init("window_end", .time(isOfAll.1 ? nil : difference.window.end)),
            .init("statement", .quantity(difference.statement)),
            .init("ledger", .quantity(difference.ledger ?? .zero)),
            .init("difference", .quantity(difference.difference)),
            .init("cause", .string(difference.cause.text)),
        ]
        if let commits = difference.commits { members.append(.init("commits", .array(commits.map(json)))) }
        return .object(members)
    }

    /// With the ranges that the usage may have come from, and how many there are besides.
    private func json(_ part: Explanation.Part) -> JSONValue {
        let ranges = part.ranges.filter(\.isInvolved)
        return .object([
            .init("seq", .number(part.seq)), .init("time", .time(part.time)),
            .init("hash", .string(part.hash.description)), .init("events", .number(part.events)),
            .init("value", .quantity(part.value)),
            .init("ranges", .array(ranges.map(ExplainReport.json))),
            .init("other_ranges", .number(UInt64(part.ranges.count - ranges.count))),
        ])
    }

    // MARK: For a person

    func writeLines(to output: inout StandardOutput) throws(OutputError) {
        for difference in report.differences {
            for line in lines(of: difference) { try output.line(TextTable.printable(line)) }
        }
        try output.line(
            "\(report.isIdentical ? "identical" : "DIFFERENT"): \(report.lines) lines compared, \(report.agreeing) agree,"
                + " \(report.differences.count) differences")
        let left = report.differences.count { $0.commits == nil }
        if left > 0 {
            try output.line("\(left) differences were not explained; --explain N explains the first N")
        }
    }

    private static func name(of difference: StatementDifference) -> String {
        difference.line.map { "line \($0)" }
            ?? "no line for \(difference.meter) of \(difference.tenant) from \(difference.window.start)"
    }

    private func lines(of difference: StatementDifference) -> [String] {
        let window = difference.window
        let statement = difference.statement?.description ?? "nothing"
        let off = difference.difference?.description ?? "out of range"
        var lines = [
            "\(difference.line.map { "line \($0)" } ?? "no line"): \(difference.cause.text): meter \(difference.meter),"
                + " tenant \(difference.tenant)\(text(of: window)): statement \(statement),"
                + " ledger \(difference.ledger ?? .zero), difference \(off)"
        ]
        for part in difference.commits ?? [] {
            let value = part.value?.description ?? "what is no number by itself"
            lines.append("  commit \(part.seq) of \(part.time), hash \(part.hash): \(value) of \(part.events) events")
            let ranges = part.ranges.filter(\.isInvolved)
            lines += ranges.map { "    " + ExplainReport.text($0) }
            let others = part.ranges.count - ranges.count
            if others > 0 { lines.append("    \(others) other ranges have no events of the tenant in the window") }
        }
        return lines
    }

    private func text(of window: Window) -> String {
        let start = window.start == WindowGrid.allOfTime.start ? "" : " from \(window.start)"
        return start + (window.end == WindowGrid.allOfTime.end ? "" : " to \(window.end)")
    }
}
