import Ledger
import Testing
import UsageModel
import Windowing

@testable import UsageQuery

@Suite("Questions about usage")
struct UsageQuestionTests {
    static let header = UsageDelta.MeterHeader(
        name: "m", aggregation: .sum, dimensions: ["/data/region", "/data/class"])

    static func entry(
        _ start: String, tenant: ByteString = "a", _ dimensions: [ByteString?] = ["eu", nil], units: Int64
    ) throws -> UsageDelta.Entry {
        let start = try #require(Timestamp(start))
        let end = Timestamp(nanoseconds: start.nanoseconds + 3_600_000_000_000)
        return UsageDelta.Entry(
            meter: 0, tenant: tenant, dimensions: dimensions, window: Window(start: start, end: end),
            aggregate: .sum(Quantity(whole: units), events: 1))
    }

    static func question(
        _ window: WindowGrid.Unit?, by group: String, zone: String = "UTC", from: String? = nil, to: String? = nil
    ) throws -> UsageQuestion {
        let meter = GroupTests.meter(minutes: 60)
        var question = UsageQuestion(
            meter: meter, window: try UsageWindow(window, of: meter), group: try UsageGroup(group, of: meter),
            days: try LocalDays(timeZone: zone))
        question.from = from.flatMap { Timestamp($0) }
        question.to = to.flatMap { Timestamp($0) }
        return question
    }

    /// Rows as text: start, end, tenant, dimensions, value, events.
    static func rolled(
        _ entries: [UsageDelta.Entry], _ window: WindowGrid.Unit?, by group: String, zone: String = "UTC",
        from: String? = nil, to: String? = nil
    ) throws -> [String] {
        let ledger = try MemoryLedger()
        try ledger.append(UsageDelta(meters: [header], entries: entries))
        let question = try question(window, by: group, zone: zone, from: from, to: to)
        return try question.answer(from: ledger.reader, finalUpTo: nil).rows.map { row in
            let words = [
                row.window.start.description, row.window.end.description, row.tenant?.description ?? "-",
                row.dimensions.map { $0?.description ?? "nil" }.joined(separator: "/"), row.value.description,
                "\(row.events)",
            ]
            return words.joined(separator: " ")
        }
    }

    @Test("The meter's own windows keep their bounds, and dimensions that are not asked for are added up")
    func ownWindows() throws {
        let rows = [
            try Self.entry("2026-11-01T01:00:00Z", ["us", "hot"], units: 5),
            try Self.entry("2026-11-01T00:00:00Z", ["eu", "hot"], units: 1),
            try Self.entry("2026-11-01T00:00:00Z", ["us", nil], units: 2),
        ]
        #expect(
            try Self.rolled(rows, nil, by: "tenant") == [
                "2026-11-01T00:00:00Z 2026-11-01T01:00:00Z a  3 2",
                "2026-11-01T01:00:00Z 2026-11-01T02:00:00Z a  5 1",
            ])
    }

    @Test("Rows are in the order of window, tenant bytes and dimension bytes, what is absent first")
    func order() throws {
        let rows = [
            try Self.entry("2026-11-01T00:00:00Z", tenant: "b", ["eu", nil], units: 1),
            try Self.entry("2026-11-01T00:00:00Z", tenant: "a", ["us", nil], units: 2),
            try Self.entry("2026-11-01T00:00:00Z", tenant: "a", [nil, nil], units: 3),
            try Self.entry("2026-11-01T00:00:00Z", tenant: "a", ["eu", nil], units: 4),
            try Self.entry("2026-11-01T00:00:00Z", tenant: "B", ["eu", nil], units: 5),
            try Self.entry("2026-11-01T00:00:00Z", tenant: "é", ["eu", nil], units: 6),
        ]
        let order = try Self.rolled(rows, .hour, by: "tenant,/data/region").map {
            $0.split(separator: " ").dropFirst(2).prefix(2).joined(separator: " ")
        }
        #expect(order == ["B eu", "a nil", "a eu", "a us", "b eu", "é eu"])
    }

    @Test("Text that only looks alike is not added up")
    func bytes() throws {
        let rows = [
            try Self.entry("2026-11-01T00:00:00Z", tenant: "\u{E9}", units: 1),
            try Self.entry("2026-11-01T00:00:00Z", tenant: "e\u{301}", units: 2),
        ]
        #expect(try Self.rolled(rows, .hour, by: "tenant").count == 2)
    }

    @Test("Days and months are those of the time zone")
    func localDays() throws {
        let rows = [
            try Self.entry("2026-10-24T21:00:00Z", units: 1), try Self.entry("2026-10-24T22:00:00Z", units: 2),
            try Self.entry("2026-10-25T22:00:00Z", units: 4), try Self.entry("2026-10-25T23:00:00Z", units: 8),
            try Self.entry("2026-10-31T23:00:00Z", units: 16),
        ]
        #expect(
            try Self.rolled(rows, .day, by: "none", zone: "Europe/Berlin") == [
                "2026-10-23T22:00:00Z 2026-10-24T22:00:00Z -  1 1",
                "2026-10-24T22:00:00Z 2026-10-25T23:00:00Z -  6 2",
                "2026-10-25T23:00:00Z 2026-10-26T23:00:00Z -  8 1",
                "2026-10-31T23:00:00Z 2026-11-01T23:00:00Z -  16 1",
            ])
        #expect(
            try Self.rolled(rows, .month, by: "", zone: "Europe/Berlin") == [
                "2026-09-30T22:00:00Z 2026-10-31T23:00:00Z -  15 4",
                "2026-10-31T23:00:00Z 2026-11-30T23:00:00Z -  16 1",
            ])
    }

    @Test("A total covers what was asked for, or what there is")
    func total() throws {
        let rows = [try Self.entry("2026-11-01T05:00:00Z", units: 1), try Self.entry("2026-11-03T00:00:00Z", units: 2)]
        #expect(
            try Self.rolled(rows, .total, by: "none") == ["2026-11-01T05:00:00Z 2026-11-03T01:00:00Z -  3 2"])
        #expect(
            try Self.rolled(rows, .total, by: "none", from: "2026-11-01T00:00:00Z", to: "2026-12-01T00:00:00Z")
                == ["2026-11-01T00:00:00Z 2026-12-01T00:00:00Z -  3 2"])
        #expect(try Self.rolled([], .total, by: "none").isEmpty)
    }

    @Test("A window that was asked for in part says which part it covers")
    func clipped() throws {
        let rows = [try Self.entry("2026-11-01T12:00:00Z", units: 1), try Self.entry("2026-11-02T00:00:00Z", units: 2)]
        #expect(
            try Self.rolled(rows, .day, by: "none", from: "2026-11-01T12:00:00Z", to: "2026-11-02T06:00:00Z")
                == [
                    "2026-11-01T12:00:00Z 2026-11-02T00:00:00Z -  1 1",
                    "2026-11-02T00:00:00Z 2026-11-02T06:00:00Z -  2 1",
                ])
    }

    @Test("A total that does not fit is an error, and so are two kinds under one name unless one is named")
    func unmergeable() throws {
        var entries = [
            try Self.entry("2026-11-01T00:00:00Z", units: 1), try Self.entry("2026-11-01T01:00:00Z", units: 1),
        ]
        entries[0].aggregate = .sum(Quantity(units: .max), events: 1)
        #expect(throws: UsageQuestionError.self) { try Self.rolled(entries, .total, by: "") }
        let ledger = try MemoryLedger()
        try ledger.append(UsageDelta(meters: [Self.header], entries: [entries[1]]))
        var count = Self.header
        count.aggregation = .count
        entries[0].aggregate = .count(events: 3)
        try ledger.append(UsageDelta(meters: [count], entries: [entries[0]]))
        var question = try Self.question(.total, by: "")
        #expect(throws: UsageQuestionError.self) { try question.answer(from: ledger.reader, finalUpTo: nil) }
        for (version, value) in [(1, 1), (2, 3)] {
            question.version = version
            #expect(
                try question.answer(from: ledger.reader, finalUpTo: nil).rows.map(\.value)
                    == [Quantity(whole: Int64(value))])
        }
        question.version = 3
        #expect(throws: UsageQuestionError.self) { try question.answer(from: ledger.reader, finalUpTo: nil) }
    }

    @Test("A day with a session that goes on past midnight is final when the session is")
    func openSession() throws {
        var header = Self.header
        header.isSession = true
        var entry = try Self.entry("2026-11-01T23:50:00Z", units: 1)
        entry.window.end = try #require(Timestamp("2026-11-02T00:40:00Z"))
        let ledger = try MemoryLedger()
        try ledger.append(UsageDelta(meters: [header], entries: [entry]))
        let question = try Self.question(.day, by: "")
        for (moment, isFinal) in [("2026-11-02T00:39:59Z", false), ("2026-11-02T00:40:00Z", true)] {
            let rows = try question.answer(from: ledger.reader, finalUpTo: Timestamp(moment)).rows
            #expect(rows.map(\.isFinal) == [isFinal])
        }
    }

    @Test("Whatever the order of the rows, the report is the same")
    func anyOrder() throws {
        var rows: [UsageDelta.Entry] = []
        for hour in 0..<60 {
            for (number, tenant) in ["x", "y", "z"].enumerated() {
                let start = "2026-11-0\(1 + hour / 24)T\(hour % 24 < 10 ? "0" : "")\(hour % 24):00:00Z"
                rows.append(
                    try Self.entry(
                        start, tenant: ByteString(tenant), [number == hour % 3 ? nil : "eu", nil],
                        units: Int64(hour * 7 + number)))
            }
        }
        // A walk with a step that is prime to the count visits every row once.
        let other = rows.indices.map { rows[$0 * 77 % rows.count] }
        for window in [WindowGrid.Unit.hour, .day, .total] {
            let report = try Self.rolled(rows, window, by: "tenant,/data/region")
            #expect(!report.isEmpty)
            #expect(report == (try Self.rolled(other, window, by: "tenant,/data/region")))
        }
    }
}
