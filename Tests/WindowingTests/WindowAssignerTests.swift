import Testing
import UsageModel
import Windowing

@Suite struct WindowAssignerTests {
    static let hour: Int64 = 3_600_000_000_000

    /// The windows that follow each other in a stretch of time, as a text of starts.
    private func starts(_ size: Int64, _ zone: String, from: String, to: String) throws -> [String] {
        var assigner = WindowAssigner(.tumbling(size: size), days: try LocalDays(timeZone: zone))
        var time = try #require(Timestamp(from))
        let end = try #require(Timestamp(to))
        var starts: [String] = []
        while time < end {
            let window = assigner.window(containing: time)
            #expect(window.contains(time))
            #expect(assigner.window(containing: Timestamp(nanoseconds: window.end.nanoseconds - 1)) == window)
            starts.append(window.start.description)
            time = window.end
        }
        #expect(time == end)
        return starts
    }

    @Test("In UTC windows lie at multiples of their size, also before 1970", arguments: [1, 5, 60, 360, 1_440])
    func utc(minutes: Int64) throws {
        let size = minutes * 60_000_000_000
        var assigner = WindowAssigner(.tumbling(size: size), days: LocalDays())
        var random = SplitMix(state: 5)
        for _ in 0..<2_000 {
            let time = Timestamp(nanoseconds: Int64(truncatingIfNeeded: random.next()) / 2)
            let window = assigner.window(containing: time)
            #expect(window.contains(time) && window.start.nanoseconds % size == 0)
            #expect(window.end.nanoseconds - window.start.nanoseconds == size)
        }
    }

    @Test("The ends of representable time are clamped and do not trap", arguments: ["UTC", "America/New_York"])
    func extremes(zone: String) throws {
        var assigner = WindowAssigner(.tumbling(size: Self.hour), days: try LocalDays(timeZone: zone))
        for nanoseconds in [Int64.min, Int64.min + 1, Int64.max - 1, Int64.max] {
            let window = assigner.window(containing: Timestamp(nanoseconds: nanoseconds))
            #expect(window.start.nanoseconds <= nanoseconds && nanoseconds <= window.end.nanoseconds)
        }
    }

    @Test("New York's days are 23 and 25 hours long where clocks change, and its hours are whole")
    func newYork() throws {
        let spring = try starts(
            Self.hour, "America/New_York", from: "2026-03-08T05:00:00Z", to: "2026-03-09T04:00:00Z")
        #expect(spring.count == 23)
        let autumn = try starts(
            Self.hour, "America/New_York", from: "2026-11-01T04:00:00Z", to: "2026-11-02T05:00:00Z")
        #expect(autumn.count == 25)
        let days = try starts(
            24 * Self.hour, "America/New_York", from: "2026-10-31T04:00:00Z", to: "2026-11-03T05:00:00Z")
        #expect(days == ["2026-10-31T04:00:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"])
        let quarters = try starts(
            6 * Self.hour, "America/New_York", from: "2026-11-01T04:00:00Z", to: "2026-11-02T05:00:00Z")
        #expect(quarters.count == 5 && quarters.last == "2026-11-02T04:00:00Z")
    }

    @Test("Kolkata's hours begin at half past in UTC")
    func kolkata() throws {
        let found = try starts(Self.hour, "Asia/Kolkata", from: "2026-11-01T18:30:00Z", to: "2026-11-02T18:30:00Z")
        #expect(found.count == 24 && found[1] == "2026-11-01T19:30:00Z")
    }

    @Test("Lord Howe's clocks change by half an hour, so its last hour is half or follows one more half")
    func lordHowe() throws {
        let spring = try starts(
            Self.hour, "Australia/Lord_Howe", from: "2026-10-03T13:30:00Z", to: "2026-10-04T13:00:00Z")
        #expect(spring.count == 24 && spring.last == "2026-10-04T12:30:00Z")
        let autumn = try starts(
            Self.hour, "Australia/Lord_Howe", from: "2026-04-04T13:00:00Z", to: "2026-04-05T13:30:00Z")
        #expect(autumn.count == 25 && autumn.last == "2026-04-05T13:00:00Z")
    }

    @Test("A day without midnight begins later, and a date that was skipped has no day")
    func oddDays() throws {
        // São Paulo, 2018-11-04: from 23:59:59 to 01:00:00.
        let paulo = try starts(
            24 * Self.hour, "America/Sao_Paulo", from: "2018-11-03T03:00:00Z", to: "2018-11-06T02:00:00Z")
        #expect(paulo == ["2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"])
        // Samoa went from the end of 2011-12-29 to 2011-12-31.
        let apia = try starts(
            24 * Self.hour, "Pacific/Apia", from: "2011-12-29T10:00:00Z", to: "2011-12-31T10:00:00Z")
        #expect(apia == ["2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"])
    }

    @Test(
        "Months and days of the grid follow local midnight, and hours lie inside days, days inside months",
        arguments: ["UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])
    func grid(zone: String) throws {
        let days = try LocalDays(timeZone: zone)
        var hour = WindowGrid(unit: .hour, days: days)
        var day = WindowGrid(unit: .day, days: days)
        var month = WindowGrid(unit: .month, days: days)
        var total = WindowGrid(unit: .total, days: days)
        var minute = WindowAssigner(.tumbling(size: 60_000_000_000), days: days)
        var random = SplitMix(state: 9)
        let first = try #require(Timestamp("2025-12-01T00:00:00Z")).nanoseconds
        for _ in 0..<5_000 {
            let time = Timestamp(nanoseconds: first + Int64(random.below(400 * 24)) * Self.hour / 2)
            let nested = [
                minute.window(containing: time), hour.window(containing: time), day.window(containing: time),
                month.window(containing: time), total.window(containing: time),
            ]
            for (inner, outer) in zip(nested, nested.dropFirst()) {
                #expect(inner.contains(time) && outer.start <= inner.start && inner.end <= outer.end)
            }
        }
        var ends: [Int64] = []
        var time = try #require(Timestamp("2026-01-15T00:00:00Z"))
        for _ in 0..<12 {
            let window = month.window(containing: time)
            ends.append((window.end.nanoseconds - window.start.nanoseconds + 2 * Self.hour) / (24 * Self.hour))
            time = window.end
        }
        #expect(ends == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    }

    @Test("A time zone that is not known is an error that names it")
    func unknownZone() {
        #expect(throws: WindowingError.unknownTimeZone("Mars/Olympus")) { try LocalDays(timeZone: "Mars/Olympus") }
    }
}

@Suite("Months of a year")
struct MonthTests {
    @Test(
        "Months begin at local midnight all through 2026",
        arguments: [
            (
                "America/New_York",
                ["05", "05", "05", "04", "04", "04", "04", "04", "04", "04", "04", "05"].map { "01T\($0):00:00Z" }
            ),
            ("UTC", [String](repeating: "01T00:00:00Z", count: 12)),
        ] as [(String, [String])])
    func west(_ zone: String, _ starts: [String]) throws {
        var grid = WindowGrid(unit: .month, days: try LocalDays(timeZone: zone))
        for month in 1...12 {
            let name = month < 10 ? "0\(month)" : "\(month)"
            let start = try #require(Timestamp("2026-\(name)-\(starts[month - 1])"))
            #expect(grid.window(containing: start).start == start)
            let before = Timestamp(nanoseconds: start.nanoseconds - 1)
            #expect(grid.window(containing: before).end == start)
        }
    }

    /// East of Greenwich a month begins on the last day of the one before, in UTC.
    @Test(
        "So do those of zones ahead of UTC, by half hours too",
        arguments: [
            ("Asia/Kolkata", [String](repeating: "18:30", count: 12)),
            (
                "Australia/Lord_Howe",
                [
                    "13:00", "13:00", "13:00", "13:00", "13:30", "13:30", "13:30", "13:30", "13:30", "13:30", "13:00",
                    "13:00",
                ]
            ),
        ] as [(String, [String])])
    func east(_ zone: String, _ starts: [String]) throws {
        var grid = WindowGrid(unit: .month, days: try LocalDays(timeZone: zone))
        let lastDays = [
            "2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30",
            "2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30",
        ]
        for (day, clock) in zip(lastDays, starts) {
            let start = try #require(Timestamp("\(day)T\(clock):00Z"))
            #expect(grid.window(containing: start).start == start)
            #expect(grid.window(containing: Timestamp(nanoseconds: start.nanoseconds - 1)).end == start)
        }
    }

    @Test("Hopping windows are rows of panes, also over a day of 25 hours and one of 24 and a half")
    func hopping() throws {
        var newYork = HoppingWindows(
            hop: 3_600_000_000_000, size: 4 * 3_600_000_000_000, days: try LocalDays(timeZone: "America/New_York"))
        let pane = Window(
            start: try #require(Timestamp("2026-11-01T06:00:00Z")), end: try #require(Timestamp("2026-11-01T07:00:00Z"))
        )
        #expect(
            newYork.windows(holding: pane).map { "\($0.start) \($0.end)" } == [
                "2026-11-01T03:00:00Z 2026-11-01T07:00:00Z", "2026-11-01T04:00:00Z 2026-11-01T08:00:00Z",
                "2026-11-01T05:00:00Z 2026-11-01T09:00:00Z", "2026-11-01T06:00:00Z 2026-11-01T10:00:00Z",
            ])
        var lordHowe = HoppingWindows(
            hop: 3_600_000_000_000, size: 2 * 3_600_000_000_000, days: try LocalDays(timeZone: "Australia/Lord_Howe"))
        // The day that clocks go back on ends with a pane of half an hour.
        let short = Window(
            start: try #require(Timestamp("2026-04-05T13:00:00Z")), end: try #require(Timestamp("2026-04-05T13:30:00Z"))
        )
        #expect(
            lordHowe.windows(holding: short).map { "\($0.start) \($0.end)" } == [
                "2026-04-05T12:00:00Z 2026-04-05T13:30:00Z", "2026-04-05T13:00:00Z 2026-04-05T14:30:00Z",
            ])
    }
}
