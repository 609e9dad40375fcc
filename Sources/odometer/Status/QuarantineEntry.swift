import Ledger
import UsageModel

/// One rejected or conflicting record, ready to be written.
struct QuarantineEntry {
    var row: QuarantineRow

    var json: JSONValue {
        .object([
            .init("source", .string(row.source)), .init("partition", .text(row.partition)),
            .init("position", .string(row.position.description)), .init("length", .number(row.length)),
            .init("reason", .string(row.reason.name)), .init("detail", .string(row.detail)),
            .init("record", .text(ByteString(row.bytes))), .init("commit", .number(row.seq)),
        ])
    }

    /// For a person, on one line: where, why, and how the record begins.
    var text: String {
        let place = "\(row.source) \(row.partition):\(row.position)"
        let start = String(decoding: row.bytes.prefix(120), as: UTF8.self)
        let record = row.bytes.count > 120 ? start + "…" : start
        return TextTable.printable("\(place)  \(row.reason.name): \(row.detail)  \(record)")
    }
}
