import Testing
import UsageModel

@testable import SchemaValidation

@Suite("CloudEvents with schemas")
struct CloudEventSchemaTests {
    private static func event(type: String = "api.request", bytes: String = "1", more: String = "") -> String {
        #"{"specversion":"1.0","id":"e1","source":"/g","type":"\#(type)","subject":"s","time":"2026-11-01T12:34:56Z","data":{"region":"eu","status":200,"bytes":\#(bytes)}\#(more)}"#
    }

    private func decode(_ lines: [String]) throws -> EventBatch {
        let schemas = SchemaSet(
            cloudEvents: try BundledSchemaTests.schema("usage-event.schema.json"),
            byType: [("api.request", try BundledSchemaTests.schema("api.request.schema.json"))])
        return Batches.decode(lines, meters: [.sum(of: "/data/bytes")], schemas: schemas)
    }

    @Test("The event's schema holds for every event, the type's for the data of its type")
    func outcomes() throws {
        let batch = try decode([
            CloudEventSchemaTests.event(), CloudEventSchemaTests.event(bytes: "-1"),
            CloudEventSchemaTests.event(type: "other", bytes: "-1"),
            CloudEventSchemaTests.event(more: #","extension":{}"#), CloudEventSchemaTests.event(bytes: "1e-13"),
            #"{"specversion":"1.0","id":"e1","source":"/g","type":"api.request","subject":"s","time":"2026-11-01T12:34:56Z"}"#,
            CloudEventSchemaTests.event(bytes: "2"),
        ])
        #expect(batch.record == [0, 2, 6])
        #expect(batch.values == [Quantity(whole: 1), Quantity(whole: 2)])
        #expect(batch.rejections.map(\.record) == [1, 3, 4, 5])
        #expect(batch.rejections.map(\.reason) == [.schema, .schema, .badNumber, .schema])
        #expect(batch.rejections[0].detail == "/data/bytes: must be at least 0, is -1 (minimum)")
        #expect(batch.rejections[1].detail.hasPrefix("/extension: must be "))
        #expect(batch.rejections[3].detail == "data is missing, and the type has a schema for it")
    }

    @Test("A time that is none stays bad_time, and a grammar error malformed, whatever the schema says")
    func order() throws {
        let event = CloudEventSchemaTests.event(bytes: "-1")
        let batch = try decode([
            event.replacing("56Z", with: "61Z"), event.replacing(#","source":"/g""#, with: ""), event + "}",
            event.replacing(#""bytes":-1"#, with: #""bytes":-1,"bytes":-1"#),
        ])
        #expect(batch.rejections.map(\.reason) == [.badTime, .schema, .malformedJSON, .malformedJSON])
        #expect(batch.rejections[1].detail == "source is missing")
    }
}
