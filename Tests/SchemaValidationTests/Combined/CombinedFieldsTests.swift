import Foundation
import Testing
import UsageModel

@testable import SchemaValidation

@Suite("Combined Log Format to columns")
struct CombinedFieldsTests {
    private static let names = CombinedField.allCases.map { "/data/\($0.rawValue)" }
    private static let mapping = EventMapping(type: .constant("http.request"), subject: .field("remote_host"))

    private func decode(_ lines: [String], mapping: EventMapping = mapping, value: String = "/data/bytes") -> EventBatch
    {
        Batches.decode(
            lines, format: .combined(mapping),
            meters: [.sum(of: value, type: "http.request", by: CombinedFieldsTests.names)])
    }

    private func rejection(_ line: String) -> EventBatch.Rejection? { decode([line]).rejections.first }

    @Test("A line becomes a row with all its fields")
    func row() throws {
        let line =
            #"10.0.0.1 - frank [17/May/2015:12:05:03 +0200] "GET /a?b=c HTTP/1.1" 200 2326 "http://x/" "Mozilla/5.0 (X)""#
        let batch = decode([line])
        #expect(batch.rejections.isEmpty)
        #expect(batch.time == [try #require(Timestamp("2015-05-17T10:05:03Z"))])
        #expect(batch.text(batch.subject[0]) == "10.0.0.1")
        #expect(batch.values == [Quantity(whole: 2_326)])
        #expect(
            batch.fields.map { batch.text($0.slice) } == [
                "10.0.0.1", "", "frank", "17/May/2015:12:05:03 +0200", "GET", "/a?b=c", "HTTP/1.1", "200", "2326",
                "http://x/", "Mozilla/5.0 (X)",
            ])
        #expect(
            batch.fields.map(\.kind) == [
                .string, .absent, .string, .string, .string, .string, .string, .number, .number, .string, .string,
            ])
    }

    @Test("A dash is 0 bytes, and nothing elsewhere; zeros in front are dropped")
    func dashes() {
        let batch = decode([
            #"h - - [17/May/2015:12:05:03 +0000] "-" - - "-" "-""#,
            #"h - - [17/May/2015:12:05:03 +0000] "" 000 007 "" "x""#,
        ])
        #expect(batch.rejections.isEmpty)
        #expect(batch.values == [.zero, Quantity(whole: 7)])
        #expect(
            batch.fields[..<11].map { batch.text($0.slice) } == [
                "h", "", "", "17/May/2015:12:05:03 +0000", "", "", "", "", "0", "", "",
            ])
        #expect(
            batch.fields[..<11].map { $0.kind == .absent } == [
                false, true, true, false, true, true, true, true, false, true, true,
            ])
        #expect(batch.text(batch.fields[11 + 7].slice) == "0")
        #expect(batch.fields[11 + 9] == Field(slice: batch.fields[11 + 9].slice, kind: .string))
    }

    @Test(
        "The request is a method, a path and a protocol, or none of them",
        arguments: [
            ("GET / HTTP/1.0", ["GET", "/", "HTTP/1.0"]), ("GET /a b HTTP/1.1", ["GET", "/a b", "HTTP/1.1"]),
            ("GET /", ["", "", ""]), (#"\x16\x03\x01"#, ["", "", ""]), ("", ["", "", ""]), ("   ", ["", "", ""]),
            (" / HTTP/1.0", ["", "", ""]), ("GET / ", ["", "", ""]), ("GET  HTTP/1.0", ["", "", ""]),
            (#"GET /\"a\\b\x22\" HTTP/1.0"#, ["GET", #"/"a\b\x22""#, "HTTP/1.0"]),
        ])
    func request(request: String, parts: [String]) {
        let batch = decode([#"h - - [17/May/2015:12:05:03 +0000] "\#(request)" 200 1 "r" "a""#])
        #expect(batch.rejections.isEmpty)
        #expect(batch.fields[4..<7].map { batch.text($0.slice) } == parts)
    }

    @Test("A line of another form is bad_line, with the column and what was expected")
    func badLine() {
        let cases: [(String, String)] = [
            ("h", "a space at column 2"), (" - -", "a word at column 1"),
            ("h - - 17/May", "'[' before the time at column 7"),
            ("h - - [17/May/2015:12:05:03 +0000 \"", "']' after the time at column 36"),
            (#"h - - [17/May/2015:12:05:03 +0000] GET"#, "'\"' at column 36"),
            (
                #"h - - [17/May/2015:12:05:03 +0000] "GET / HTTP/1.0 200"#,
                "'\"' at the end of a quoted field at column 55"
            ),
            (#"h - - [17/May/2015:12:05:03 +0000] "GET / HTTP/1.0" ok 1 "r" "a""#, "a status of digits at column 53"),
            (#"h - - [17/May/2015:12:05:03 +0000] "GET / HTTP/1.0" 200 -1 "r" "a""#, "a space at column 58"),
            (#"h - - [17/May/2015:12:05:03 +0000] "GET / HTTP/1.0" 200 1"#, "a space at column 58"),
            (
                #"h - - [17/May/2015:12:05:03 +0000] "GET / HTTP/1.0" 200 1 "r" "a" x"#,
                "the end of the line at column 66"
            ),
            (
                #"h - - [17/May/2015:12:05:03 +0000] "GET / HTTP/1.0" 200 1 "r" "a\"#,
                "'\"' at the end of a quoted field at column 66"
            ),
        ]
        for (line, detail) in cases {
            #expect(rejection(line) == .init(record: 0, reason: .badLine, detail: "expected \(detail)"), "\(line)")
        }
        #expect(rejection("h - - [17/May/2015:12:05:03 +0000] \"GET / H\" 200 1 \"r\u{0}\" \"a\"")?.reason == .badLine)
        #expect(rejection("h - - [17/May/2015:12:05:03 +0000] \"GET / H\" 200 1 \"é\" \"é\"") == nil)
    }

    @Test("Bytes that are not UTF-8 are bad_encoding")
    func encoding() {
        var line = Array(#"h - - [17/May/2015:12:05:03 +0000] "GET / HTTP/1.0" 200 1 "r" "a""#.utf8)
        line[line.count - 2] = 0xE9
        var decoder = RecordDecoder(
            format: .combined(CombinedFieldsTests.mapping), plan: ExtractionPlan(meters: []),
            identityKey: Batches.key, schemas: SchemaSet())
        #expect(decoder.decode(Batches.lines([line]), digest: .none).rejections.map(\.reason) == [.badEncoding])
    }

    @Test(
        "A time that is none is bad_time",
        arguments: [
            "", "17/Mai/2015:12:05:03 +0000", "31/Feb/2015:12:05:03 +0000", "17/May/2015:24:05:03 +0000",
            "17/May/2015:12:05:03", "17-May-2015:12:05:03 +0000", "17/May/2015:12:05:03 +2400",
            "17/May/9999:12:05:03 +0000",
            "7/May/2015:12:05:03 +00000", "17/May/2015 12:05:03 +0000",
        ])
    func badTime(time: String) {
        #expect(rejection(#"h - - [\#(time)] "GET / HTTP/1.0" 200 1 "r" "a""#)?.reason == .badTime)
    }

    @Test("Every month is read")
    func months() {
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let batch = decode(names.map { #"h - - [09/\#($0)/2015:23:59:59 -0130] "GET / HTTP/1.0" 200 1 "r" "a""# })
        let expected = (1...12).map { Timestamp("2015-\($0 < 10 ? "0" : "")\($0)-09T23:59:59-01:30") }
        #expect(batch.time.map(Optional.some) == expected)
    }

    @Test("Without an id, the partition and the offset are the identity; with one, the field is")
    func identity() {
        let line = #"h - u1 [17/May/2015:12:05:03 +0000] "GET / HTTP/1.0" 200 1 "r" "a""#
        func digest(_ id: String) -> Digest128 {
            let bytes = Array(id.utf8)
            let source = Array("web".utf8)
            return unsafe source.withUnsafeBufferPointer { source in
                unsafe bytes.withUnsafeBufferPointer {
                    unsafe SipHash128(key: Batches.key).identity(source: source, id: $0)
                }
            }
        }
        var decoder = RecordDecoder(
            format: .combined(CombinedFieldsTests.mapping), plan: ExtractionPlan(meters: []),
            identityKey: Batches.key, schemas: SchemaSet())
        let batch = decoder.decode(Batches.lines([Array(line.utf8), Array(line.utf8)], at: 1_000), digest: .none)
        #expect(batch.identity == [digest("1:2:3@1000"), digest("1:2:3@\(1_000 + line.utf8.count + 1)")])
        #expect(batch.content[0] == batch.content[1])
        var mapping = CombinedFieldsTests.mapping
        mapping.id = .field("user")
        #expect(decode([line], mapping: mapping).identity == [digest("u1")])
        #expect(decode([line.replacing("u1", with: "-")], mapping: mapping).rejections.map(\.reason) == [.schema])
    }

    @Test("Type, subject and time may be fields or constants")
    func mapping() {
        let line = #"2015-05-17T10:05:03Z - u [17/May/2015:12:05:03 +0000] "http.request / HTTP/1.0" 200 1 "r" "a""#
        let mapping = EventMapping(type: .field("method"), subject: .constant("everyone"), time: "remote_host")
        let batch = decode(
            [line, line.replacing("http.request", with: "GET"), line.replacing("http.request /", with: "")],
            mapping: mapping)
        #expect(batch.type == [0, EventBatch.noType])
        #expect(batch.subject.map(batch.text) == ["everyone", "everyone"])
        #expect(batch.time.first == Timestamp("2015-05-17T10:05:03Z"))
        #expect(batch.rejections.map(\.reason) == [.schema])
    }

    @Test("A value that is not a number is bad_number, and a pointer to no field is nothing")
    func values() {
        let line = #"h - u [17/May/2015:12:05:03 +0000] "GET / HTTP/1.0" 200 99999999999999999999999999 "r" "a""#
        #expect(decode([line], value: "/data/path").rejections.map(\.reason) == [.badNumber])
        #expect(decode([line], value: "/data/status").values == [Quantity(whole: 200)])
        #expect(decode([line], value: "/data/nothing").values == [nil])
        #expect(decode([line.replacing("9999 ", with: "9999999 ")]).rejections.map(\.reason) == [.badNumber])
    }

    @Test("A real access log comes out as it was counted independently")
    func realLog() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.deletingLastPathComponent().appending(path: "shared/data/apache_access.log")
        guard let data = FileManager.default.contents(atPath: file.path) else {
            print("SKIPPED: there is no \(file.path), so the real access log is not checked")
            return
        }
        let lines = data.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
        var decoder = RecordDecoder(
            format: .combined(CombinedFieldsTests.mapping),
            plan: ExtractionPlan(meters: [.sum(of: "/data/bytes", type: "http.request")]), identityKey: Batches.key,
            schemas: SchemaSet())
        let batch = decoder.decode(Batches.lines(lines), digest: .none)
        #expect(batch.count == 9_999)
        #expect(batch.rejections.map(\.reason) == [.badLine])
        #expect(batch.rejections.map(\.record) == [8_898])
        #expect(
            batch.values.compactMap { $0 }.reduce(.zero) { $0.adding($1) ?? .zero } == Quantity(whole: 2_747_282_505))
        #expect(batch.subject.filter { batch.text($0) == "66.249.73.135" }.count == 482)
        let days = Dictionary(grouping: batch.time) { $0.nanoseconds / 86_400_000_000_000 }.mapValues(\.count)
        #expect(days.sorted { $0.key < $1.key }.map(\.value) == [1_632, 2_893, 2_896, 2_578])
        #expect(Set(batch.identity).count == 9_999)
    }
}
