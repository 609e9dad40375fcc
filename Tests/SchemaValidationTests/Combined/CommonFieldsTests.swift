import Testing
import UsageModel

@testable import SchemaValidation

@Suite("Common Log Format to columns")
struct CommonFieldsTests {
    private static let names = CombinedField.allCases.map { "/data/\($0.rawValue)" }
    private static let line = #"10.0.0.1 - frank [17/May/2015:12:05:03 +0200] "GET /a HTTP/1.1" 200 0"#

    private func decode(_ lines: [String]) -> EventBatch {
        Batches.decode(
            lines, format: .common(EventMapping(type: .constant("http.request"), subject: .field("remote_host"))),
            meters: [.sum(of: "/data/bytes", type: "http.request", by: CommonFieldsTests.names)])
    }

    @Test("A line becomes a row with the fields of the combined format but the last two")
    func row() throws {
        let batch = decode([CommonFieldsTests.line + "23", CommonFieldsTests.line.dropLast() + "-"])
        #expect(batch.rejections.isEmpty)
        #expect(batch.time.first == Timestamp("2015-05-17T10:05:03Z"))
        #expect(batch.values == [Quantity(whole: 23), .zero])
        #expect(
            batch.texts(of: 0, count: 11) == [
                "10.0.0.1", nil, "frank", "17/May/2015:12:05:03 +0200", "GET", "/a", "HTTP/1.1", "200", "23", nil, nil,
            ])
    }

    @Test(
        "A line that is longer or shorter is bad_line",
        arguments: [
            (line + #" "r" "a""#, "the end of the line at column 70"), (line + " ", "the end of the line at column 70"),
            (line + "x", "the end of the line at column 70"), (String(line.dropLast(2)), "a space at column 68"),
            (String(line.dropLast()), "a size of digits at column 69"),
        ])
    func badLine(line: String, detail: String) {
        #expect(decode([line]).rejections == [.init(record: 0, reason: .badLine, detail: "expected \(detail)")])
    }
}
