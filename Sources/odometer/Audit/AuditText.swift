import Pipeline
import UsageModel

/// An audit's result, ready to be written.
struct AuditText {
    var report: AuditReport

    /// The shape of the contract, and what else is known. A difference that changes no number has no meter.
    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("identical", .bool(report.isIdentical)), .init("commits_checked", .number(report.commitsChecked)),
            .init("events_checked", .number(report.eventsChecked)), .init("commits", .number(report.commits)),
            .init("commits_differing", .number(report.commitsDiffering)),
            .init("commits_without_sources", .number(report.commitsWithoutSources)),
            .init("last_seq", .number(report.lastSeq)), .init("root", .string(report.root.description)),
        ]
        if let bound { members.append(.init("bound_99", .string(bound))) }
        return .object(members + [.init("differences", .array(report.differences.map(json)))])
    }

    private func json(_ difference: AuditDifference) -> JSONValue {
        var members: [JSONValue.Member] = []
        if let usage = difference.usage {
            let dimensions = Dimensions(names: usage.meter.dimensions, values: usage.dimensions)
            members = [
                .init("meter", .string(usage.meter.name)), .init("tenant", .text(usage.tenant)),
                .init("window_start", .time(usage.window.start)), .init("dimensions", dimensions.json),
                .init("ledger", value(usage.ledger, usage)), .init("recomputed", value(usage.recomputed, usage)),
            ]
        } else {
            let names = ["meter", "tenant", "window_start", "dimensions", "ledger", "recomputed"]
            members = names.map { JSONValue.Member($0, .null) }
        }
        members += [
            .init("cause", .string(difference.cause.rawValue)), .init("detail", .string(difference.detail)),
            .init("seq", difference.seq.map { .number($0) } ?? .null),
        ]
        guard let range = difference.range else { return .object(members) }
        members += [
            .init("source", .string(range.partition.source)), .init("partition", .text(range.partition.id)),
            .init("start", .string(range.range.start.description)), .init("end", .string(range.range.end.description)),
        ]
        return .object(members)
    }

    /// A window without usage is 0; `null` is out of range.
    private func value(_ aggregate: Aggregate?, _ usage: AuditDifference.Usage) -> JSONValue {
        guard let aggregate else { return .string("0") }
        return .quantity(aggregate.value(dividedBy: usage.meter.divisor))
    }

    /// The percentage of ``AuditReport/boundOfSample``, rounded up.
    var bound: String? {
        report.boundOfSample.map { String(Int(($0 * 1_000_000).rounded(.up))) }.map { millionths in
            let digits = String(repeating: "0", count: max(0, 5 - millionths.count)) + millionths
            return "\(digits.dropLast(4)).\(digits.suffix(4))"
        }
    }

    /// For a person.
    var lines: [String] {
        var lines = report.differences.map { difference in
            let place = difference.range.map {
                " \($0.partition.source) \($0.partition.id) \($0.range.start) to \($0.range.end)"
            }
            let usage = difference.usage.map { usage in
                " meter \(usage.meter.name), tenant \(usage.tenant), window from \(usage.window.start): ledger"
                    + " \(AuditText.text(usage.ledger, usage)), recomputed \(AuditText.text(usage.recomputed, usage))"
            }
            return "commit \(difference.seq.map { "\($0)" } ?? "?"): \(difference.cause.rawValue):"
                + "\(place ?? "")\(usage ?? ""): \(difference.detail)"
        }
        lines.append(
            "\(report.isIdentical ? "identical" : "DIFFERENT"): \(report.commitsChecked) of \(report.commits) commits made"
                + " again, \(report.eventsChecked) events, \(report.differences.count) differences in"
                + " \(report.commitsDiffering) commits; frames up to \(report.lastSeq), root \(report.root)")
        if report.commitsWithoutSources > 0 {
            lines.append(
                "\(report.commitsWithoutSources) commits have no sources of their own; their frames were checked")
        }
        if let bound { lines.append("99 % sure that fewer than \(bound) % of the commits differ") }
        return lines.map(TextTable.printable)
    }

    /// A window without usage is 0.
    static func text(_ aggregate: Aggregate?, _ usage: AuditDifference.Usage) -> String {
        guard let aggregate else { return "0" }
        return aggregate.value(dividedBy: usage.meter.divisor)?.description ?? "out of range"
    }
}
