import Pipeline
import UsageModel

/// What stands behind a number, ready to be written.
struct ExplainReport {
    var explanation: Explanation

    /// An event that counts.
    struct EventLine {
        var event: Explanation.Event

        var json: JSONValue { .object(members) }

        var members: [JSONValue.Member] {
            [
                .init("seq", .number(event.seq)), .init("source", .string(event.source)),
                .init("partition", .text(event.partition)), .init("position", .string(event.position.description)),
                .init("time", .time(event.time)),
                .init("value", .quantity(event.value)),
                .init("record", .text(ByteString(event.record))),
            ]
        }

        var text: String {
            TextTable.printable(
                "\(event.source) \(event.partition) at \(event.position) \(event.time)"
                    + " \(event.value?.description ?? "-") \(ByteString(event.record))")
        }
    }

    var json: JSONValue {
        .object([
            .init("meter", .string(explanation.meter)), .init("tenant", .text(explanation.tenant)),
            .init("window_start", .time(explanation.start)), .init("intact", .bool(explanation.isIntact)),
            .init("commits", .array(explanation.parts.map(json))),
        ])
    }

    private func json(_ part: Explanation.Part) -> JSONValue {
        .object([
            .init("seq", .number(part.seq)), .init("time", .time(part.time)),
            .init("hash", .string(part.hash.description)),
            .init("configuration", .string(part.configuration.description)),
            .init("tenants", .string(part.tenants.description)),
            .init("contributions", .array(part.entries.map { json($0, part) })),
            .init("ranges", .array(part.ranges.map(ExplainReport.json))),
        ])
    }

    private func json(_ entry: UsageDelta.Entry, _ part: Explanation.Part) -> JSONValue {
        let meter = part.meters[Int(entry.meter)]
        return .object([
            .init("window_end", .time(entry.window.end)),
            .init("dimensions", Dimensions(names: meter.dimensions, values: entry.dimensions).json),
            .init(
                "value", .quantity(entry.aggregate.value(dividedBy: meter.divisor))),
            .init("events", .number(entry.aggregate.events)),
            .init("correction", entry.correction.map { .string($0.name) } ?? .null),
        ])
    }

    /// A range as it was, and what became of it.
    static func json(_ range: Explanation.Range) -> JSONValue {
        let counts = range.counts
        return .object([
            .init("source", .string(range.range.partition.source)), .init("partition", .text(range.range.partition.id)),
            .init("start", .string(range.range.range.start.description)),
            .init("end", .string(range.range.range.end.description)),
            .init("sha256", .string(range.digest.description)),
            .init("records", .number(range.range.records)), .init("accepted", .number(counts.accepted)),
            .init("duplicates", .number(counts.duplicates)), .init("conflicts", .number(counts.conflicts)),
            .init("rejected", .number(counts.rejected)),
            .init("state", .string(range.fault?.rawValue ?? "unchanged")),
            .init("detail", range.detail.map { .string($0) } ?? .null),
        ])
    }

    /// For a person.
    var lines: [String] {
        if explanation.parts.isEmpty {
            return [
                "no commit has usage of meter \(explanation.meter) for this tenant in a window from \(explanation.start)"
            ]
        }
        var lines: [String] = []
        for part in explanation.parts {
            lines.append("commit \(part.seq) of \(part.time), hash \(part.hash)")
            lines.append("  configuration \(part.configuration), tenant table \(part.tenants)")
            for entry in part.entries {
                let meter = part.meters[Int(entry.meter)]
                let value = entry.aggregate.value(dividedBy: meter.divisor)?.description ?? "out of range"
                let dimensions = Dimensions(names: meter.dimensions, values: entry.dimensions).text
                let correction = entry.correction.map { ", correction: \($0.name)" } ?? ""
                lines.append(
                    "  added \(value) of \(entry.aggregate.events) events up to \(entry.window.end) \(dimensions)\(correction)"
                )
            }
            lines += part.ranges.map { "  " + ExplainReport.text($0) }
        }
        return lines.map(TextTable.printable)
    }

    /// The same for a person, on one line.
    static func text(_ range: Explanation.Range) -> String {
        "\(range.range.partition.source) \(range.range.partition.id)"
            + " \(range.range.range.start) to \(range.range.range.end), SHA-256 \(range.digest),"
            + " \(range.counts.accepted) accepted, \(range.counts.duplicates) duplicates:"
            + " \(range.fault?.rawValue ?? "unchanged") \(range.detail ?? "")"
    }
}
