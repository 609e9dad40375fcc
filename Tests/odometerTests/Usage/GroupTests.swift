import Testing
import UsageModel
import Windowing

@testable import odometer

@Suite("What usage is told apart by")
struct GroupTests {
    static let meter = Meter(
        name: "m", eventType: "t", aggregation: .sum, value: JSONPointer("/data/x"),
        groupBy: [JSONPointer("/data/region"), JSONPointer("/data/class")].compactMap { $0 },
        window: .tumbling(size: 2 * 3_600_000_000_000))

    static func meter(minutes: Int64) -> Meter {
        Meter(name: "m", eventType: "t", aggregation: .count, window: .tumbling(size: minutes * 60_000_000_000))
    }

    @Test(
        "A group is the tenant and dimensions in their order, or nothing",
        arguments: [
            ("tenant", true, []), ("", false, []), ("none", false, []),
            ("/data/class,tenant, /data/region", true, ["/data/class", "/data/region"]),
            ("/data/class,/data/class", false, ["/data/class"]),
        ] as [(String, Bool, [String])])
    func groups(_ text: String, _ byTenant: Bool, _ dimensions: [String]) throws {
        let group = try UsageGroup(text, of: Self.meter)
        #expect(group.byTenant == byTenant)
        #expect(group.dimensions == dimensions)
    }

    @Test("An unknown dimension is refused, and the known ones are named")
    func unknown() {
        #expect(
            throws: CallerMistake("meter m has no dimension /data/zone; it has tenant, /data/region, /data/class")
        ) { try UsageGroup("tenant,/data/zone", of: Self.meter) }
        #expect(throws: CallerMistake.self) { try UsageGroup("none,tenant", of: Self.meter) }
    }

    @Test(
        "A window has the word of the command line, or the size of the meter's",
        arguments: [(60, "hour"), (1_440, "day"), (5, "5m"), (120, "2h")] as [(Int64, String)])
    func names(_ minutes: Int64, _ name: String) throws {
        #expect(try UsageWindow(nil, of: Self.meter(minutes: minutes)).name == name)
        #expect(try UsageWindow(.month, of: Self.meter(minutes: minutes)).name == "month")
    }

    @Test("Windows smaller than the meter's are refused")
    func tooSmall() throws {
        #expect(throws: CallerMistake("meter m has windows of 2h, which cannot be shown by hour")) {
            try UsageWindow(.hour, of: Self.meter)
        }
        #expect(try UsageWindow(.hour, of: Self.meter(minutes: 15)) == .unit(.hour))
        #expect(try UsageWindow(.day, of: Self.meter(minutes: 1_440)) == .unit(.day))
    }

    @Test("A date is the start of its day in the time zone")
    func times() throws {
        let berlin = try LocalDays(timeZone: "Europe/Berlin")
        #expect(
            try TimeArgument.read("2026-07-01", option: "--from", days: berlin) == Timestamp("2026-06-30T22:00:00Z"))
        #expect(
            try TimeArgument.read("1969-12-31", option: "--from", days: LocalDays())
                == Timestamp("1969-12-31T00:00:00Z"))
        #expect(
            try TimeArgument.read("2026-07-01T00:00:00+02:00", option: "--from", days: LocalDays())
                == Timestamp("2026-06-30T22:00:00Z"))
        for text in ["", "yesterday", "2026-02-29", "2026-7-1", "2026-07-01T00:00"] {
            #expect(throws: CallerMistake.self) { try TimeArgument.read(text, option: "--from", days: LocalDays()) }
        }
    }
}
