import Ledger
import UsageModel

/// A seal with its totals, ready to be written.
struct SealReport {
    var seal: Seal

    var json: JSONValue {
        .object([
            .init("sealed_before", .time(seal.before)), .init("sealed_after", .time(seal.after)),
            .init("as_of", .number(seal.asOf)), .init("totals", .array(seal.totals.entries.map(json))),
        ])
    }

    private func json(_ entry: UsageDelta.Entry) -> JSONValue {
        let meter = seal.totals.meters[Int(entry.meter)]
        let dimensions = Dimensions(names: meter.dimensions, values: entry.dimensions)
        return .object([
            .init("meter", .string(meter.name)), .init("from", .time(entry.window.start)),
            .init("to", .time(entry.window.end)), .init("tenant", .text(entry.tenant)),
            .init("dimensions", dimensions.json), .init("value", .string(value(of: entry))),
            .init("events", .number(entry.aggregate.events)),
        ])
    }

    /// It was worked out when the seal was made, so it fits.
    private func value(of entry: UsageDelta.Entry) -> String {
        entry.aggregate.value(dividedBy: seal.totals.meters[Int(entry.meter)].divisor)?.description ?? "-"
    }

    /// For a person.
    var text: String {
        var table = TextTable(columns: [
            .init(heading: "meter"), .init(heading: "from"), .init(heading: "to"), .init(heading: "tenant"),
            .init(heading: "dimensions"), .init(heading: "value", isNumber: true),
            .init(heading: "events", isNumber: true),
        ])
        table.rows = seal.totals.entries.map { entry in
            let meter = seal.totals.meters[Int(entry.meter)]
            let dimensions = Dimensions(names: meter.dimensions, values: entry.dimensions)
            return [
                meter.name, entry.window.start.description, entry.window.end.description, entry.tenant.description,
                dimensions.text, value(of: entry), "\(entry.aggregate.events)",
            ]
        }
        let last = "sealed before \(seal.before), as of frame \(seal.asOf)"
        return (table.lines + ["", last]).joined(separator: "\n") + "\n"
    }
}
