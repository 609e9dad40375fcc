import Testing
import UsageModel
import Windowing

@testable import Pipeline

@Suite("Statements of others")
struct StatementTests {
    private static let file = "statement.csv"

    /// A count by hours, a sum by windows of an hour every quarter of one, and sessions.
    private static func rules(timeZone: String = "UTC", unit: WindowGrid.Unit? = nil) throws -> StatementRules {
        let hour: Int64 = 3_600_000_000_000
        var rules = StatementRules(
            meters: [
                Meter(name: "calls", eventType: "call", aggregation: .count, window: .tumbling(size: hour)),
                Meter(
                    name: "rate", eventType: "call", aggregation: .count, window: .hopping(hop: hour / 4, size: hour)),
                Meter(name: "visits", eventType: "call", aggregation: .count, window: .session(gap: hour)),
            ], days: try LocalDays(timeZone: timeZone))
        rules.unit = unit
        return rules
    }

    private static func read(_ csv: String, _ rules: StatementRules) throws -> [Statement.Line] {
        try Statement(csv: Array(csv.utf8), file: file, rules: rules).lines
    }

    /// The windows that lines are of, from and to.
    private static func windows(
        _ texts: String..., meter: String = "calls", timeZone: String = "UTC", unit: WindowGrid.Unit? = nil
    ) throws -> [String] {
        let lines = texts.map { "a,\(meter),\($0),1\n" }
        let columns = texts.first?.contains(",") == true ? "window_start,window_end" : "window"
        return try read(
            "tenant,meter,\(columns),value\n" + lines.joined(), try rules(timeZone: timeZone, unit: unit)
        ).map { "\($0.window.window.start) \($0.window.window.end)" }
    }

    @Test("Columns stand in any order, with others between them, quotes, CRLF and a byte order mark")
    func columns() throws {
        let csv =
            "\u{FEFF}value,note,\"tenant\",window,meter\r\n-1.50,\"a, \"\"b\"\"\r\n\",\"x,y\",2026-11,calls\r\n\r\n3,,ü,2026-11,calls"
        let lines = try Self.read(csv, try Self.rules())
        #expect(lines.map(\.tenant) == ["x,y", "ü"])
        #expect(lines.map(\.value) == [Quantity("-1.5"), Quantity("3")])
        #expect(lines.map(\.number) == [2, 5])
        #expect(lines.map(\.meter) == ["calls", "calls"])
    }

    @Test("A month is a month, a day is a day, and a time is the start of a window of the meter")
    func windowOfText() throws {
        #expect(
            try Self.windows("2026-11", "2026-11-30", "2026-11-30T05:00:00+05:00") == [
                "2026-11-01T00:00:00Z 2026-12-01T00:00:00Z", "2026-11-30T00:00:00Z 2026-12-01T00:00:00Z",
                "2026-11-30T00:00:00Z 2026-11-30T01:00:00Z",
            ])
        #expect(
            try Self.windows("2026-11-01T00:15:00Z", meter: "rate") == ["2026-11-01T00:15:00Z 2026-11-01T01:15:00Z"])
    }

    @Test("Months and days are those of the configured time zone, also where clocks change")
    func timeZone() throws {
        #expect(
            try Self.windows("2026-10", "2026-10-25", timeZone: "Europe/Berlin") == [
                "2026-09-30T22:00:00Z 2026-10-31T23:00:00Z", "2026-10-24T22:00:00Z 2026-10-25T23:00:00Z",
            ])
    }

    @Test("The unit says how long windows are where the text does not")
    func unit() throws {
        #expect(
            try Self.windows("2026-11-01T00:00:00Z", unit: .day) == ["2026-11-01T00:00:00Z 2026-11-02T00:00:00Z"])
        #expect(try Self.windows("2026-11-01", unit: .month) == ["2026-11-01T00:00:00Z 2026-12-01T00:00:00Z"])
        #expect(try Self.windows("2026-11", unit: .total) == ["2026-11-01T00:00:00Z 2026-12-01T00:00:00Z"])
    }

    @Test("A line with an end is of that very period")
    func end() throws {
        #expect(
            try Self.windows("2026-11-15,2026-12-15", "2026-11-01T03:00:00Z,2026-11-01T04:00:00Z", unit: .day) == [
                "2026-11-15T00:00:00Z 2026-12-15T00:00:00Z", "2026-11-01T03:00:00Z 2026-11-01T04:00:00Z",
            ])
        let session = "2026-11-01T00:00:10Z,2026-11-01T01:05:10Z"
        #expect(try Self.windows(session, meter: "visits") == ["2026-11-01T00:00:10Z 2026-11-01T01:05:10Z"])
    }

    @Test("A total needs no window: it is over the period, or all there is")
    func total() throws {
        var rules = try Self.rules(unit: .total)
        rules.meter = "calls"
        #expect(try Self.read("tenant,value\na,1\n", rules).map(\.window.window) == [WindowGrid.allOfTime])
        let start = try #require(Timestamp("2026-11-01T00:00:00Z"))
        rules.period.start = start
        #expect(try Self.read("tenant,window,value\na,,1\n", rules).map(\.window.window.start) == [start])
    }

    /// A statement that cannot be read, and what is said of it.
    struct BadFile: CustomTestStringConvertible {
        var text: String
        var message: String
        var unit: WindowGrid.Unit?

        var testDescription: String { message }

        init(_ text: String, _ message: String, unit: WindowGrid.Unit? = nil) {
            (self.text, self.message, self.unit) = (text, message, unit)
        }

        /// One line of the usual columns.
        init(line: String, _ message: String, unit: WindowGrid.Unit? = nil) {
            self.init("tenant,meter,window,value\n\(line)\n", message, unit: unit)
        }
    }

    static let headers = [
        BadFile("", "1:1: the file is empty"),
        BadFile("tenant,meter,value\n", "1:1: the header has no column \"window\"; it has tenant, meter, value"),
        BadFile(
            "tenant,window,value\n", "1:1: the header has no column \"meter\" (add it, or name the meter with --meter)"),
        BadFile(
            "tenant,meter,window,value,window_start\n", "1:27: the column \"window_start\" says the same as \"window\""),
        BadFile(line: "a,calls,2026-11", "2:9: the line has 3 fields and the header 4"),
        BadFile(line: "\"a,calls,2026-11,1", "2:1: the quoted field is not closed"),
        BadFile(
            line: "a,calls,2026-11,1\nb,calls,2026-11,1\na,calls,2026-11-01,1\na,calls,2026-11,2",
            "5:1: line 2 is of the same"),
    ]

    static let lines = [
        BadFile(line: ",calls,2026-11,1", "2:1: the tenant is empty"),
        BadFile(line: "a,cals,2026-11,1", "2:3: there is no meter \"cals\"; the configuration has calls, rate, visits"),
        BadFile(line: "a,calls,2026-11,1 000", "2:17: not an exact number"),
        BadFile(line: "a,calls,2026-11,", "2:17: not an exact number"),
        BadFile(line: "a,calls,2026-11,0.0000000000001", "2:17: not an exact number"),
        BadFile(line: "a,calls,11/2026,1", "2:9: \"11/2026\" is neither a month"),
        BadFile(line: "a,calls,2026-13,1", "2:9: \"2026-13\" is neither a month"),
        BadFile(line: "a,calls,,1", "2:9: \"\" is neither a month"),
        BadFile(
            line: "a,calls,2026-11-01T00:30:00Z,1",
            "2:9: not the start of a window of meter calls, which is 2026-11-01T00:00:00Z"),
        BadFile(line: "a,calls,2026-11-02,1", "2:9: not the start of a month", unit: .month),
        BadFile(line: "a,calls,2026-11-02,1", "2:9: a day without a time", unit: .hour),
        BadFile(line: "a,calls,2026-11,1", "2:9: a month, but --window says day", unit: .day),
        BadFile(line: "a,calls,2026-11-01T00:00:00Z,1", "2:9: meter calls has windows of 1h", unit: .minute),
        BadFile(line: "a,visits,2026-11-01T00:00:00Z,1", "2:10: the sessions of meter visits are of any length"),
        BadFile(
            "tenant,meter,window,window_end,value\na,calls,2026-11-02,2026-11-01,1\n",
            "2:20: not after the window's start"),
        BadFile(
            "tenant,meter,window,window_end,value\na,calls,2026-11-01,2026-11-01T05:30:00Z,1\n",
            "2:20: inside of a window of meter calls"),
    ]

    @Test(
        "A statement that cannot be read is refused with its line and column, and what to do",
        arguments: headers + lines)
    func refused(_ bad: BadFile) throws {
        let rules = try Self.rules(unit: bad.unit)
        let error = #expect(throws: StatementError.self) { try Self.read(bad.text, rules) }
        #expect(error?.description.hasPrefix("\(Self.file):\(bad.message)") == true, "\(error?.description ?? "")")
    }

    @Test("Bytes that are not UTF-8 are refused where they stand")
    func notText() throws {
        let rules = try Self.rules()
        let bytes = Array("tenant,meter,window,value\na".utf8) + [0xFF]
        let error = #expect(throws: StatementError.self) { try Statement(csv: bytes, file: Self.file, rules: rules) }
        #expect(error?.line == 2)
        #expect(error?.column == 2)
    }
}
