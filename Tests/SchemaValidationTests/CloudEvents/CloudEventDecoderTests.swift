import Testing
import UsageModel

@testable import SchemaValidation

@Suite("CloudEvents to columns")
struct CloudEventDecoderTests {
    /// An event's members by name, so that a test changes one.
    private static let usual: [(String, String)] = [
        ("specversion", "\"1.0\""), ("id", "\"e1\""), ("source", "\"/gateway\""), ("type", "\"api.request\""),
        ("subject", "\"user-1\""), ("time", "\"2026-11-01T12:34:56.789Z\""),
        ("data", #"{"region":"eu","status":200,"bytes":48213,"ok":true,"none":null,"list":[1,{"a/b":2}]}"#),
    ]

    private func event(_ changes: [String: String?] = [:], then more: String = "") -> String {
        let members = CloudEventDecoderTests.usual.compactMap { name, value -> String? in
            let value = changes[name] ?? value
            return value.map { "\"\(name)\":\($0)" }
        }
        return "{" + members.joined(separator: ",") + more + "}"
    }

    private func rejection(_ line: String, meters: [Meter] = []) -> RejectReason? {
        Batches.decode([line], meters: meters).rejections.first?.reason
    }

    @Test("An event becomes a row with its fields and values")
    func row() throws {
        let fields = [
            "/data/region", "/data/status", "/data/ok", "/data/none", "/data/list", "/data/list/1/a~1b", "/source",
        ]
        let batch = Batches.decode(["", event(), ""], meters: [.sum(of: "/data/bytes", by: fields)])
        #expect(batch.rejections.isEmpty)
        #expect(batch.record == [0])
        #expect(batch.time == [try #require(Timestamp("2026-11-01T12:34:56.789Z"))])
        #expect(batch.type == [0])
        #expect(batch.text(batch.subject[0]) == "user-1")
        #expect(batch.values == [Quantity(whole: 48_213)])
        #expect(batch.fields.map(\.kind) == [.string, .number, .bool, .absent, .composite, .number, .string])
        #expect(
            batch.fields.map { batch.text($0.slice) } == [
                "eu", "200", "true", "", #"[1,{"a/b":2}]"#, "2", "/gateway",
            ])
    }

    @Test("A type that no meter wants is a row without measures")
    func noType() {
        let batch = Batches.decode([event(["type": "\"other\""]), event()], meters: [.sum(of: "/data/bytes")])
        #expect(batch.type == [EventBatch.noType, 0])
        #expect(batch.values == [Quantity(whole: 48_213)])
        #expect(batch.firstValue == [0, 0])
    }

    @Test("Escapes are undone wherever they stand")
    func escapes() {
        let escaped =
            #"{"\u0073pecversion":"1\u002e0","\u0069d":"e\u0031","source":"\/gateway","type":"api\u002erequest","su\u0062ject":"user\u002d1","time":"2026-11-01T12:34:56.789\u005a","data":{"reg\u0069on":"e\u0075","bytes":48213}}"#
        let meters = [Meter.sum(of: "/data/bytes", by: ["/data/region"])]
        let batch = Batches.decode([event(), escaped], meters: meters)
        #expect(batch.rejections.isEmpty)
        #expect(batch.identity[0] == batch.identity[1])
        #expect(batch.time[0] == batch.time[1])
        #expect(batch.type == [0, 0])
        #expect(batch.text(batch.subject[1]) == "user-1")
        #expect(batch.text(batch.fields[1].slice) == "eu")
        #expect(batch.values[0] == batch.values[1])
        #expect(batch.content[0] != batch.content[1])
    }

    @Test("What an event must have, it must have")
    func required() {
        for name in ["specversion", "id", "source", "type", "subject"] {
            #expect(rejection(event([name: nil])) == .schema, "\(name)")
            #expect(rejection(event([name: "1"])) == .schema, "\(name)")
            #expect(rejection(event([name: "\"\""])) == .schema, "\(name)")
            #expect(rejection(event([name: "null"])) == .schema, "\(name)")
        }
        #expect(rejection(event(["specversion": "\"0.3\""])) == .schema)
        #expect(rejection("[]") == .schema)
        #expect(rejection("1") == .schema)
        #expect(rejection(event(["data": nil])) == nil)
        #expect(rejection(event(then: #","tenantregion":"x","datacontenttype":"application/json""#)) == nil)
    }

    @Test(
        "A time that cannot be read is bad_time, and not a format that fails the schema",
        arguments: [
            "\"\"", "\"yesterday\"", "\"2026-02-29T00:00:00Z\"", "\"2026-11-01T12:34:56\"",
            "\"2300-01-01T00:00:00Z\"", "\"1600-01-01T00:00:00Z\"",
        ])
    func badTime(time: String) {
        #expect(rejection(event(["time": time])) == .badTime)
    }

    @Test("A time that is missing or no string is a matter of the schema", arguments: [nil, "1", "null"])
    func noTime(time: String?) {
        #expect(rejection(event(["time": time])) == .schema)
    }

    @Test(
        "A value that is no exact number is bad_number and leaves no trace in the columns",
        arguments: [
            "\"12\"", "true", "{}", "[1]", "0.0000000000001", "1234567890123456789012345678901234567890", "1e40",
            "1e-13",
        ])
    func badNumber(value: String) throws {
        let meters = [Meter.sum(of: "/data/first"), .sum(of: "/data/bytes")]
        let batch = Batches.decode(
            [event(["data": #"{"first":1,"bytes":\#(value)}"#]), event(["data": #"{"first":2,"bytes":3}"#])],
            meters: meters)
        let rejection = try #require(batch.rejections.first)
        #expect(rejection.record == 0)
        #expect(rejection.reason == .badNumber)
        #expect(rejection.detail.hasPrefix("/data/bytes: "))
        #expect(batch.values == [Quantity(whole: 2), Quantity(whole: 3)])
        #expect(batch.firstValue == [0])
        #expect(batch.record == [1])
    }

    @Test("A value that is absent or null is none", arguments: ["{}", #"{"bytes":null}"#, "[]", "1", "null"])
    func noValue(data: String) {
        let batch = Batches.decode([event(["data": data])], meters: [.sum(of: "/data/bytes", by: ["/data/region"])])
        #expect(batch.rejections.isEmpty)
        #expect(batch.values == [nil])
        #expect(batch.fields == [.absent])
    }

    @Test("A name that we read and that stands twice is malformed, in whatever way it is written")
    func duplicates() throws {
        for name in ["id", "source", "type", "subject", "time", "specversion", "data"] {
            #expect(rejection(event(then: ",\"\(name)\":\"1.0\"")) == .malformedJSON, "\(name)")
        }
        let meters = [Meter.sum(of: "/data/bytes", by: ["/data/a/b", "/extension"])]
        #expect(rejection(event(then: #","\u0069d":"e2""#)) == .malformedJSON)
        #expect(rejection(event(["data": #"{"bytes":1,"bytes":1}"#]), meters: meters) == .malformedJSON)
        #expect(rejection(event(["data": #"{"bytes":1,"byte\u0073":1}"#]), meters: meters) == .malformedJSON)
        #expect(rejection(event(["data": #"{"a":{"b":1},"a":{"c":1}}"#]), meters: meters) == .malformedJSON)
        #expect(rejection(event(then: #","extension":1,"extension":1"#), meters: meters) == .malformedJSON)
        #expect(rejection(event(["data": #"{"free":1,"free":1}"#]), meters: meters) == nil)
        let batch = Batches.decode([event(["data": #"{"bytes":1,"bytes":1}"#])], meters: meters)
        let detail = try #require(batch.rejections.first).detail
        #expect(detail.hasPrefix("duplicate key \"bytes\" at byte "))
    }

    @Test("Long names and names with a common beginning are told apart")
    func names() {
        let data = #"{"duration_total_ms":1,"duration_total_us":2,"duration_total":3,"durations":4,"duration":5,"":6}"#
        let fields = ["duration", "duration_total_us", "duration_total_ms", "duration_total", "", "duration_t"].map {
            "/data/\($0)"
        }
        let batch = Batches.decode([event(["data": data])], meters: [.sum(of: "/data/durations", by: fields)])
        #expect(batch.fields.map { batch.text($0.slice) } == ["5", "2", "1", "3", "6", ""])
        #expect(batch.values == [Quantity(whole: 4)])
    }

    @Test("Array indices are those of RFC 6901")
    func indices() {
        let fields = ["/data/0", "/data/2", "/data/10", "/data/01", "/data/-", "/data/1/x"]
        let batch = Batches.decode(
            [event(["data": #"[10,{"x":"y","1":0},12,3,4,5,6,7,8,9,"ten"]"#])],
            meters: [.sum(of: "/data/3", by: fields)])
        #expect(batch.fields.map { batch.text($0.slice) } == ["10", "12", "ten", "", "", "y"])
        let object = Batches.decode(
            [event(["data": #"{"01":"a","0":"b","-":"c"}"#])], meters: [.sum(of: "/data/3", by: fields)])
        #expect(object.fields.map { object.text($0.slice) } == ["b", "", "", "a", "c", ""])
    }

    @Test("A record that is too long is rejected as a whole")
    func oversized() {
        var batch = Batches.lines([Array("{\"id\":".utf8)])
        batch.oversized = .init(length: 10_000_000, digest: .none)
        var decoder = RecordDecoder(
            format: .cloudEvents, plan: ExtractionPlan(meters: []), identityKey: Batches.key, schemas: SchemaSet())
        let result = decoder.decode(batch, digest: .none)
        #expect(result.rejections.map(\.reason) == [.tooLong])
        #expect(result.count == 0)
    }

    @Test("Every kind of broken record has its own outcome, and its neighbours are not touched")
    func outcomes() {
        let good = Array(event().utf8)
        let lines: [[UInt8]] = [
            good, Array("{\"id\":\"".utf8) + [0xFF] + Array("\"}".utf8), good, Array("{\"id\":\"\u{0}\"}".utf8),
            Array("{\"id\":\"open}".utf8), good, [0x00], Array(repeating: 0x5B, count: 10_000), good, Array("{}".utf8),
            [0xC3], Array("\"".utf8), good,
        ]
        var decoder = RecordDecoder(
            format: .cloudEvents, plan: ExtractionPlan(meters: []), identityKey: Batches.key, schemas: SchemaSet())
        for end: [UInt8] in [[0x0A], [0x0D, 0x0A], [0x0A, 0x0A]] {
            let result = decoder.decode(Batches.lines(lines, end: end), digest: .none)
            #expect(result.record == [0, 2, 5, 8, 12])
            #expect(result.rejections.map(\.record) == [1, 3, 4, 6, 7, 9, 10, 11])
            #expect(
                result.rejections.map(\.reason) == [
                    .badEncoding, .malformedJSON, .malformedJSON, .malformedJSON, .tooDeep, .schema, .badEncoding,
                    .malformedJSON,
                ])
        }
    }
}
