import Testing
import UsageModel

@testable import SchemaValidation

@Suite("JSON objects to columns")
struct JSONFieldsTests {
    private static let mapping = EventMapping(
        type: .constant("call"), subject: .field("/user/id"), time: "/at", id: .field("/id"))

    private func decode(
        _ lines: [String], mapping: EventMapping = mapping, value: String = "/data/size",
        by fields: [String] = ["/data/user/plan", "/data"]
    ) -> EventBatch {
        Batches.decode(lines, format: .json(mapping), meters: [.sum(of: value, type: "call", by: fields)])
    }

    /// A record with one member replaced or added.
    private func record(_ name: String = "", _ value: String = "") -> String {
        var members = [
            ("id", #""e1""#), ("at", #""2026-11-01T12:00:00Z""#), ("user", #"{"id":"u1","plan":"pro"}"#),
            ("size", "12.5"),
        ]
        members.removeAll { $0.0 == name }
        if !value.isEmpty { members.append((name, value)) }
        return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    @Test("A record becomes a row, and all of it is the event's data")
    func row() throws {
        let batch = decode([record()])
        #expect(batch.rejections.isEmpty)
        #expect(batch.time == [try #require(Timestamp("2026-11-01T12:00:00Z"))])
        #expect(batch.type == [0])
        #expect(batch.text(batch.subject[0]) == "u1")
        #expect(batch.values == [Quantity("12.5")])
        #expect(batch.texts(of: 0, count: 2) == ["pro", record()])
        #expect(batch.fields.map(\.kind) == [.string, .composite])
    }

    @Test("A pointer that does not lead into the data is nothing, and data may have a member data")
    func pointers() {
        let batch = decode(
            [record("data", #"{"size":3,"data":4}"#)], value: "/data/data/size",
            by: ["/size", "/source", "/data/data/data", "/data/size/0"])
        #expect(batch.values == [Quantity(whole: 3)])
        #expect(batch.texts(of: 0, count: 4) == [nil, nil, "4", nil])
    }

    @Test(
        "A time is RFC 3339, or a number of seconds since 1970, exact to the nanosecond",
        arguments: [
            (#""2026-11-01T12:00:00.5+01:00""#, "2026-11-01T11:00:00.5Z"),
            (#""2026-11-01T12:00:00\u005a""#, "2026-11-01T12:00:00Z"), ("0", "1970-01-01T00:00:00Z"),
            ("1793534400", "2026-11-01T12:00:00Z"), ("1793534400.123456789", "2026-11-01T12:00:00.123456789Z"),
            ("1.7935344005e9", "2026-11-01T12:00:00.5Z"), ("-1.25", "1969-12-31T23:59:58.75Z"),
        ])
    func time(written: String, moment: String) throws {
        #expect(decode([record("at", written)]).time == [try #require(Timestamp(moment))])
    }

    @Test(
        "What is wrong with a record is told in the order of the checks",
        arguments: [
            (#"{"a":"#, RejectReason.malformedJSON), ("[]", .schema), ("12", .schema), ("{", .malformedJSON),
            (String(repeating: "[", count: 200), .tooDeep), ("{}", .schema),
        ])
    func wholeRecord(line: String, reason: RejectReason) {
        #expect(decode([line]).rejections.map(\.reason) == [reason])
    }

    @Test(
        "A part that cannot be the event's is refused",
        arguments: [
            ("at", "", RejectReason.schema, "time: the record has no /at"),
            ("at", "null", .schema, "time: the record has no /at"),
            ("at", "true", .badTime, #"/at "true" is not a time between 1677 and 2262"#),
            ("at", "1793534400000", .badTime, #"/at "1793534400000" is not a time between 1677 and 2262"#),
            ("at", #""1793534400""#, .badTime, #"/at "1793534400" is not a time between 1677 and 2262"#),
            ("user", "{}", .schema, "subject: the record has no /user/id"),
            ("user", #"{"id":""}"#, .schema, "subject: the record has no /user/id"),
            ("user", #"{"id":[]}"#, .schema, "subject: /user/id is neither a string nor a whole number"),
            ("user", #"{"id":1.0}"#, .schema, "subject: /user/id is a number, but not a whole one"),
            ("id", "", .schema, "id: the record has no /id"),
            ("size", #""5""#, .badNumber, #"/data/size: "5" is not a number in range with up to 12 decimals"#),
            ("size", "1e90", .badNumber, #"/data/size: "1e90" is not a number in range with up to 12 decimals"#),
        ])
    func part(name: String, value: String, reason: RejectReason, detail: String) {
        #expect(
            decode([record(name, value)]).rejections == [.init(record: 0, reason: reason, detail: detail)])
    }

    @Test("Bytes that are not UTF-8 are bad_encoding, and a time is looked at before a subject")
    func order() {
        var bytes = Array(record("x", #""é""#).utf8)
        bytes[bytes.count - 3] = 0x41
        var decoder = RecordDecoder(
            format: .json(JSONFieldsTests.mapping), plan: ExtractionPlan(meters: []), identityKey: Batches.key,
            schemas: SchemaSet())
        #expect(decoder.decode(Batches.lines([bytes]), digest: .none).rejections.map(\.reason) == [.badEncoding])
        #expect(decode([#"{"at":"never"}"#]).rejections.map(\.reason) == [.badTime])
    }

    @Test("A name that is read and stands twice is malformed, one that nobody reads is not")
    func duplicates() {
        let twice = String(record().dropLast())
        #expect(decode([twice + #","size":1}"#]).rejections.map(\.reason) == [.malformedJSON])
        #expect(decode([twice + #","\u0061t":1}"#]).rejections.map(\.reason) == [.malformedJSON])
        #expect(decode([twice + #","free":1,"free":2}"#]).rejections.isEmpty)
    }

    @Test("Type, subject and id may be whole numbers, and escapes are undone")
    func parts() {
        let mapping = EventMapping(type: .field("/t"), subject: .field("/s"), time: "/at", id: .field("/i"))
        func digest(_ id: String) -> EventBatch {
            decode([#"{"at":0,"t":"c\u0061ll","s":"\u00e9\n","i":\#(id)}"#], mapping: mapping)
        }
        #expect(digest("-12").type == [0])
        #expect(digest("-12").text(digest("-12").subject[0]) == "é\n")
        #expect(digest("-12").identity == digest(#""-12""#).identity)
        #expect(digest(#""-1\u0032""#).identity == digest("-12").identity)
        #expect(digest("12").identity != digest("-12").identity)
        #expect(decode([#"{"at":0,"t":5,"s":7,"i":1}"#], mapping: mapping).type == [EventBatch.noType])
    }

    @Test("A batch gives each record the outcome that it has alone")
    func stretches() {
        var random = SplitMix64(state: 11)
        let lines = (0..<2_000).map { number in
            let line = record("size", "\(number)")
            return random.below(50) == 0 ? String(line.dropLast(random.below(9))) : line
        }
        let batch = decode(lines)
        #expect(batch.count + batch.rejections.count == lines.count)
        for number in stride(from: 0, to: lines.count, by: 7) {
            let alone = decode([lines[number]])
            #expect(alone.rejections.first?.detail == batch.rejection(of: number)?.detail)
            if let row = batch.record.firstIndex(of: UInt32(number)) {
                #expect(alone.row(0, fields: 2, values: 1) == batch.row(row, fields: 2, values: 1))
            }
        }
    }
}
