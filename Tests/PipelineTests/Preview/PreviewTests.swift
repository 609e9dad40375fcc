import Testing
import UsageModel

@testable import Pipeline

@Suite("Preview")
struct PreviewTests {
    static let text = """
        sources:
          - name: gateway
            files: {include: ["*.ndjson"]}
        tenants: {file: tenants.csv}
        meters:
          - name: requests
            event_type: call
            aggregation: count
            window: 1d
          - name: bytes
            event_type: call
            aggregation: sum
            value: /data/bytes
            filter: {/data/status: 200}
            group_by: [/data/region]
            window: 1h
        """

    static func line(_ subject: String, type: String = "call", _ data: String) -> String {
        """
        {"specversion":"1.0","id":"1","source":"/s","type":"\(type)","subject":"\(subject)",\
        "time":"2026-11-01T05:30:00Z","data":\(data)}
        """
    }

    @Test("Each line is shown with its tenant and what every meter makes of it")
    func events() throws {
        let file = try ConfigurationFile(Self.text, others: ["tenants.csv": "subject,tenant\nme,acme\n"])
        let configuration = try file.load()
        let preview = try Preview(configuration: configuration, source: try #require(configuration.sources.first))
        let sample = [
            Self.line("me", #"{"bytes":1.5,"status":200,"region":"eu"}"#), "",
            Self.line("you", #"{"bytes":9,"status":500}"#) + "\r", Self.line("me", type: "other", "{}"), "{", "{}",
        ]
        let rows = try preview.rows(of: Array(sample.joined(separator: "\n").utf8))
        #expect(rows.map(\.line) == [1, 3, 4, 5, 6])

        let time = try #require(Timestamp("2026-11-01T05:30:00Z"))
        func window(_ start: String, _ end: String) throws -> Window {
            Window(start: try #require(Timestamp(start)), end: try #require(Timestamp(end)))
        }
        let day = try window("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z")
        let hour = try window("2026-11-01T05:00:00Z", "2026-11-01T06:00:00Z")
        let count = PreviewRow.Measurement(
            meter: "requests", window: day, dimensions: [], values: [], value: Quantity(whole: 1))
        let sum = PreviewRow.Measurement(
            meter: "bytes", window: hour, dimensions: ["/data/region"], values: ["eu"],
            value: try #require(Quantity("1.5")))
        let expected = [
            PreviewRow.Event(subject: "me", tenant: "acme", time: time, measurements: [count, sum]),
            PreviewRow.Event(subject: "you", tenant: "unmapped:you", time: time, measurements: [count]),
            PreviewRow.Event(subject: "me", tenant: "acme", time: time, measurements: []),
        ]
        #expect(rows.prefix(3).map(\.outcome) == expected.map { .event($0) })
        let reasons = rows.dropFirst(3).map { row in
            if case .rejected(let reason, _) = row.outcome { reason.name } else { "taken" }
        }
        #expect(reasons == ["malformed_json", "schema"])
    }

    @Test("A sample of CSV is read with its header, and records are shown with the line where they begin")
    func table() throws {
        let text = Self.text.replacing(
            "    files: {include: [\"*.ndjson\"]}",
            with: """
                    files: {include: ["*.csv"]}
                    format: csv
                    event: {type: call, subject: {field: who}}
                """)
        let file = try ConfigurationFile(text, others: ["tenants.csv": "subject,tenant\nme,acme\n"])
        let configuration = try file.load()
        let preview = try Preview(configuration: configuration, source: try #require(configuration.sources.first))
        let sample = "time,who,status,note,bytes\r\n0,me,200,\"a\nb\",5\r\n\n0,you,500,,7\n0,me\n0,me,200,,9"
        let rows = try preview.rows(of: Array(sample.utf8))
        #expect(rows.map(\.line) == [2, 5, 6, 7])
        let found = rows.map { row in
            switch row.outcome {
            case .event(let event): "\(event.tenant) \(event.measurements.map { "\($0.meter) \($0.value)" })"
            case .rejected(let reason, let detail): "\(reason.name) \(detail)"
            }
        }
        #expect(
            found == [
                #"acme ["requests 1", "bytes 5"]"#, #"unmapped:you ["requests 1"]"#,
                "bad_line 2 fields, where there are 5 columns", #"acme ["requests 1", "bytes 9"]"#,
            ])
    }
}
