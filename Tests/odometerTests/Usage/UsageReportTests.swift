import Testing
import UsageModel
import UsageQuery
import Windowing

@testable import odometer

@Suite("The usage report")
struct UsageReportTests {
    static func report(group: String, tenant: ByteString?) throws -> odometer.UsageReport {
        let start = try #require(Timestamp("2026-11-01T00:00:00Z"))
        let end = try #require(Timestamp("2026-11-01T01:00:00Z"))
        let later = try #require(Timestamp("2026-11-01T02:00:00Z"))
        let meter = Meter(
            name: "egress", eventType: "t", aggregation: .count,
            groupBy: [JSONPointer("/data/region")].compactMap { $0 },
            window: .tumbling(size: 3_600_000_000_000))
        let group = try UsageGroup(group, of: meter)
        let value = try #require(Quantity("123.45"))
        let dimensions: [[ByteString?]] = [["eu,\"west\""], [nil]]
        let answer = UsageAnswer(
            meter: "egress", window: .unit(.hour), group: group, from: start, to: later,
            rows: [
                .init(
                    window: Window(start: start, end: end), tenant: tenant,
                    dimensions: group.dimensions.isEmpty ? [] : dimensions[0], value: value, events: 12, isFinal: true),
                .init(
                    window: Window(start: end, end: later), tenant: tenant,
                    dimensions: group.dimensions.isEmpty ? [] : dimensions[1], value: .zero, events: 1, isFinal: false),
            ])
        return odometer.UsageReport(answer: answer)
    }

    @Test("JSON has the shape of the contract, its keys in that order")
    func json() throws {
        let text = try Self.report(group: "tenant,/data/region", tenant: "tenant-001").text(as: .json)
        #expect(
            text == #"""
                {"meter":"egress","from":"2026-11-01T00:00:00Z","to":"2026-11-01T02:00:00Z","window":"hour","rows":[\#
                {"window_start":"2026-11-01T00:00:00Z","window_end":"2026-11-01T01:00:00Z","tenant":"tenant-001",\#
                "dimensions":{"/data/region":"eu,\"west\""},"value":"123.45","events":12,"final":true},\#
                {"window_start":"2026-11-01T01:00:00Z","window_end":"2026-11-01T02:00:00Z","tenant":"tenant-001",\#
                "dimensions":{"/data/region":null},"value":"0","events":1,"final":false}]}

                """#)
    }

    @Test("Without a tenant in the group there is none in the rows")
    func noTenant() throws {
        let text = try Self.report(group: "none", tenant: nil).text(as: .json)
        #expect(!text.contains("tenant"))
        #expect(text.contains(#""dimensions":{},"value""#))
    }

    @Test("CSV is quoted where it must be")
    func csv() throws {
        #expect(
            try Self.report(group: "tenant,/data/region", tenant: "a\nb").text(as: .csv) == """
                window_start,window_end,tenant,/data/region,value,events,final
                2026-11-01T00:00:00Z,2026-11-01T01:00:00Z,"a\nb","eu,""west""\",123.45,12,true
                2026-11-01T01:00:00Z,2026-11-01T02:00:00Z,"a\nb",,0,1,false

                """)
    }

    @Test("A table has aligned columns, numbers at the right, and no control characters")
    func table() throws {
        #expect(
            try Self.report(group: "tenant", tenant: "a\u{1B}[2J").text(as: .table) == """
                window_start          window_end            tenant   value  events  final
                2026-11-01T00:00:00Z  2026-11-01T01:00:00Z  a\u{FFFD}[2J   123.45      12  true
                2026-11-01T01:00:00Z  2026-11-01T02:00:00Z  a\u{FFFD}[2J        0       1  false

                """)
    }
}
