import UsageModel

/// A slab of events like those of the main job, about 260 bytes each, the same in every run.
enum SampleBatch {
    static let events = 4_000

    static let meters = [
        Meter(
            name: "requests", eventType: "api.request", aggregation: .count, groupBy: [pointer("/data/region")],
            window: .tumbling(size: 3_600_000_000_000)),
        Meter(
            name: "egress_bytes", eventType: "api.request", aggregation: .sum,
            value: ValueExpression(pointer("/data/bytes")),
            filter: [Meter.Condition(field: pointer("/data/status"), anyOf: [.number(Quantity(whole: 200))])],
            window: .tumbling(size: 3_600_000_000_000)),
    ]

    /// What a data's schema usually asks: names, kinds, lists of values and limits.
    static let dataSchema = Array(
        """
        {"type": "object", "required": ["region", "status", "bytes"], "additionalProperties": false,
         "properties": {"region": {"enum": ["eu-west-1", "us-east-1", "ap-south-1"]},
           "status": {"type": "integer", "minimum": 100, "maximum": 599}, "bytes": {"type": "integer", "minimum": 0},
           "duration_ms": {"type": "number", "minimum": 0}}}
        """.utf8)

    /// - Parameter number: which slab; ids and subjects differ from slab to slab.
    static func make(_ number: Int = 0) -> RecordBatch {
        var bytes: [UInt8] = []
        var records: [RecordBatch.Record] = []
        for index in number * events..<(number + 1) * events {
            // Knuth's multiplicative hash spreads subjects and sizes without a generator's state.
            let mixed = UInt64(index) &* 0x9E37_79B9_7F4A_7C15 >> 20
            let line =
                #"{"specversion":"1.0","id":"01890a5d-ac96-774b-bcce-\#(1_000_000_000_000 + index)","#
                + #""source":"/gateway/eu-1","type":"api.request","subject":"user-\#(10_000 + mixed % 10_000)","#
                + #""time":"2026-11-01T\#(10 + index / 36_000 % 14):\#(10 + index / 60 % 50):\#(10 + index % 50).789Z","#
                + #""datacontenttype":"application/json","data":{"region":"eu-west-1","status":200,"#
                + #""bytes":\#(mixed % 100_000),"duration_ms":12.5}}"#
            records.append(RecordBatch.Record(start: UInt32(bytes.count), length: UInt32(line.utf8.count)))
            bytes += line.utf8
            bytes.append(0x0A)
        }
        let end = UInt64(bytes.count)
        bytes += [UInt8](repeating: 0, count: RecordBatch.padding)
        return RecordBatch(
            partition: Partition(source: "gateway", id: "sample#0", descriptor: []),
            range: PositionRange(start: .byte(0), end: .byte(end)), bytes: bytes, records: records)
    }

    static var tenants: [UInt8] {
        Array("subject,tenant\n".utf8)
            + (10_000..<20_000).flatMap { Array("user-\($0),tenant-\($0 % 500)\n".utf8) }
    }

    private static func pointer(_ text: String) -> JSONPointer {
        guard let pointer = JSONPointer(text) else { preconditionFailure("\(text) is a pointer") }
        return pointer
    }
}
