import FileReader
import RecordCutting
import SchemaValidation
import UsageModel

/// The contents of a log in each format: every record becomes an event or a rejection, and the same one whatever stands
/// around it in its batch.
enum RecordsTarget {
    private static let mapping = EventMapping(type: .field("a"), subject: .field("b"), id: .field("c"))
    private static let pointers = EventMapping(
        type: .field("/a"), subject: .field("/b"), time: "/t", id: .field("/c/0"))
    private static let lines = EventMapping(type: .constant("a"), subject: .field("remote_host"), id: .position)

    private static let formats: [RecordFormat] = [
        .cloudEvents, .combined(lines), .common(lines), .json(pointers), .csv(CSVDialect(), mapping),
        .csv(CSVDialect(delimiter: 0x20, columns: ["time", "a", "b", "c"]), mapping), .logfmt(mapping),
    ]

    /// A schema that asks of names, kinds and values: all three must be the same where a record's form was seen before.
    private static let schemas = SchemaSet(
        cloudEvents: try? CompiledSchema.compile(
            Array(
                """
                {"properties": {"id": {"maxLength": 3}, "time": {"format": "date-time"},
                  "data": {"properties": {"bytes": {"type": "integer", "minimum": 1}, "a": {"enum": ["x", 1, null]},
                      "b": {"minItems": 1, "items": {"type": ["string", "number"]}}},
                    "patternProperties": {"^p": {"maxLength": 2}}, "additionalProperties": {"type": ["string", "null"]}}}}
                """.utf8), name: "fuzz"))

    static func run(_ input: FuzzInput) {
        var input = input
        let format = formats[input.number(below: formats.count)]
        let bytes = input.rest()
        let rule = rule(of: format)
        var records = rule.records(in: bytes)
        check(records, of: bytes)
        var header: [UInt8] = []
        if rule.hasHeader, let first = records.first {
            header = Array(bytes[Int(first.start)..<Int(first.start + first.length)])
            records.removeFirst()
        }
        let together = outcomes(of: records, in: bytes, header, decoder(of: format))
        claim(together.count == records.count, "\(records.count) records have \(together.count) outcomes")
        for (record, outcome) in zip(records, together) {
            let alone = outcomes(of: [record], in: bytes, header, decoder(of: format))
            claim(alone == [outcome], "a record of \(format.name) is another one in its batch")
        }
    }

    private static func rule(of format: RecordFormat) -> RecordRule {
        if case .csv(let dialect, _) = format {
            return .csv(delimiter: dialect.delimiter, hasHeader: dialect.columns == nil)
        }
        return .lines
    }

    private static func decoder(of format: RecordFormat) -> RecordDecoder {
        let window = WindowSpecification.tumbling(size: 3_600_000_000_000)
        let meters = [JSONPointer("/data/bytes"), JSONPointer("/data/a")].compactMap { $0 }.map { pointer in
            Meter(
                name: "m", eventType: "a", aggregation: .sum, value: ValueExpression(pointer), groupBy: [pointer],
                window: window)
        }
        return RecordDecoder(
            format: format, plan: ExtractionPlan(meters: meters), identityKey: [UInt8](0..<16), schemas: schemas)
    }

    /// Records lie inside the contents, one behind the other.
    private static func check(_ records: [RecordBatch.Record], of bytes: [UInt8]) {
        var end: UInt32 = 0
        for record in records {
            claim(record.start >= end, "records overlap")
            end = record.start + record.length
        }
        claim(Int(end) <= bytes.count, "a record passes the end")
    }

    private enum Outcome: Equatable {
        case event(
            time: Timestamp, type: UInt16, subject: [UInt8], identity: Digest128, content: UInt64, values: [Quantity?],
            fields: [[UInt8]])
        case rejection(RejectReason)
    }

    private static func outcomes(
        of records: [RecordBatch.Record], in bytes: [UInt8], _ header: [UInt8], _ decoder: consuming RecordDecoder
    ) -> [Outcome] {
        var batch = RecordBatch(
            partition: Partition(source: "fuzz", id: "fuzz", descriptor: []),
            range: PositionRange(start: .byte(0), end: .byte(UInt64(bytes.count))),
            bytes: bytes + [UInt8](repeating: 0, count: RecordBatch.padding), records: records)
        batch.header = header
        let events = decoder.decode(batch, digest: Digest256(bytes: [UInt8](repeating: 0, count: 32)))
        var outcomes: [UInt32: Outcome] = [:]
        for row in 0..<events.count {
            let end = row + 1 < events.count ? Int(events.firstValue[row + 1]) : events.values.count
            let last = row + 1 < events.count ? Int(events.firstField[row + 1]) : events.fields.count
            let old = outcomes.updateValue(
                .event(
                    time: events.time[row], type: events.type[row], subject: events.bytes(of: events.subject[row]),
                    identity: events.identity[row], content: events.content[row],
                    values: Array(events.values[Int(events.firstValue[row])..<end]),
                    fields: events.fields[Int(events.firstField[row])..<last].map {
                        [$0.kind.rawValue] + events.bytes(of: $0.slice)
                    }), forKey: events.record[row])
            claim(old == nil, "a record is two events")
        }
        for rejection in events.rejections {
            let old = outcomes.updateValue(.rejection(rejection.reason), forKey: rejection.record)
            claim(old == nil, "a record is rejected and more")
        }
        return outcomes.sorted { $0.key < $1.key }.map(\.value)
    }
}
