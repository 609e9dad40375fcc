import Testing
import UsageModel

@testable import SchemaValidation

@Suite("Events whose shape is known")
struct CloudEventShapesTests {
    private static let meters = [
        Meter.sum(of: "/data/a", by: ["/data/b", "/data/aa/0", "/subject"]),
        Meter.sum(of: "/data/b", type: "job.run", by: ["/data/a", "/datacontenttype", "/type"]),
    ]
    private static let envelope = """
        {"type": "object", "required": ["specversion", "id", "source", "type", "subject", "time"],
         "properties": {"specversion": {"const": "1.0"}, "id": {"type": "string", "minLength": 1},
           "source": {"type": "string", "minLength": 1}, "subject": {"type": "string", "minLength": 1, "maxLength": 8},
           "time": {"type": "string", "format": "date-time"}, "x": {"type": ["string", "null"], "minLength": 1},
           "type": {"enum": ["api.request", "job.run", "other"]}},
         "additionalProperties": {"type": ["object", "array", "string", "number", "boolean", "null"]}}
        """

    private static func line(_ data: String, _ random: inout SplitMix64) -> [UInt8] {
        let type = ["api.request", "api.request", "job.run", "other"][random.below(4)]
        let extra = [
            "", #""x":"y","#, #""x":null,"#, #""datacontenttype":"application/json","#,
            #""datacontenttype":"text/json","#,
        ][random.below(5)]
        return Array(
            #"{"specversion":"1.0","id":"7","source":"/g","type":"\#(type)",\#(extra)"subject":"s","time":"2026-11-01T12:34:56Z","data":\#(data)}"#
                .utf8)
    }

    private static func outcome(_ batch: EventBatch) -> String {
        if let rejection = batch.rejections.first { return "\(rejection.reason): \(rejection.detail)" }
        let counts = [(4, 1), (3, 1)]
        let (fields, values) = batch.type[0] == EventBatch.noType ? (0, 0) : counts[Int(batch.type[0])]
        return batch.row(0, fields: min(fields, batch.fields.count), values: values)
    }

    @Test("become what they become to a decoder that knows none", arguments: 0..<8)
    func sameAsNew(seed: Int) throws {
        var generator = SchemaGenerator(random: SplitMix64(state: UInt64(seed)))
        var random = SplitMix64(state: UInt64(seed + 100))
        let plan = ExtractionPlan(meters: CloudEventShapesTests.meters)
        let envelope = try CompiledSchema.compile(Array(CloudEventShapesTests.envelope.utf8), name: "envelope")
        var accepted = 0
        var known = 0
        var compared = 0
        for _ in 0..<150 {
            let data = try CompiledSchema.compile(Array(generator.schema().utf8), name: "data")
            let schemas = SchemaSet(cloudEvents: envelope, byType: [("api.request", data)])
            func new() -> CloudEventDecoder {
                CloudEventDecoder(plan: plan, key: SipHash128(key: Batches.key), schemas: schemas)
            }
            var decoder = new()
            for _ in 0..<4 {
                let line = CloudEventShapesTests.line(generator.instance(), &random)
                guard var variants = try? ShapeVariants(line, random: random) else { continue }
                _ = random.next()
                for _ in 0..<25 {
                    let batch = Batches.lines([variants.next()])
                    if batch.records.isEmpty { continue }
                    var fresh = new()
                    let expected = CloudEventShapesTests.decode(batch, by: &fresh)
                    let found = CloudEventShapesTests.decode(batch, by: &decoder)
                    let text = String(decoding: batch.bytes.prefix(batch.contentCount), as: UTF8.self)
                    try #require(
                        CloudEventShapesTests.outcome(found) == CloudEventShapesTests.outcome(expected), "\(text)")
                    compared += 1
                    accepted += found.count
                    if decoder.stretches.isKnown { known += 1 }
                }
            }
        }
        #expect(accepted > compared / 10 && accepted < compared * 9 / 10)
        #expect(known > compared / 5)
    }

    private static func decode(_ batch: RecordBatch, by decoder: inout CloudEventDecoder) -> EventBatch {
        var result = EventBatch(records: batch, digest: .none)
        unsafe batch.bytes.withUnsafeBufferPointer { unsafe decoder.decode(batch.records, of: $0, into: &result) }
        return result
    }

    @Test("keep the format date-time wherever their time was read")
    func momentsAreDateTimes() {
        var random = SplitMix64(state: 9)
        let parts = ["2026-11-01T00:00:00Z", "1999-02-28t23:59:60z", "2024-02-29T12:34:56.789123456789+05:30"]
        var read = 0
        for _ in 0..<200_000 {
            var text = Array(parts[random.below(3)].utf8)
            for _ in 0..<random.below(3) {
                text[random.below(text.count)] = Array("0123456789-:.TtZz+ ".utf8)[random.below(19)]
            }
            unsafe text.withUnsafeBufferPointer { text in
                guard unsafe Timestamp(rfc3339: text) != nil else { return }
                read += 1
                #expect(unsafe StringFormat.dateTime.accepts(text))
            }
        }
        #expect(read > 10_000)
    }
}
