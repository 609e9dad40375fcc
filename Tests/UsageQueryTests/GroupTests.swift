import Testing
import UsageModel
import Windowing

@testable import UsageQuery

@Suite("What usage is told apart by")
struct GroupTests {
    static let meter = Meter(
        name: "m", eventType: "t", aggregation: .sum, value: JSONPointer("/data/x").map { ValueExpression($0) },
        groupBy: [JSONPointer("/data/region"), JSONPointer("/data/class")].compactMap { $0 },
        window: .tumbling(size: 2 * 3_600_000_000_000))

    static func meter(minutes: Int64) -> Meter {
        var meter = Self.meter
        meter.window = .tumbling(size: minutes * 60_000_000_000)
        return meter
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
            throws: UsageQuestionError("meter m has no dimension /data/zone; it has tenant, /data/region, /data/class")
        ) { try UsageGroup("tenant,/data/zone", of: Self.meter) }
        #expect(throws: UsageQuestionError.self) { try UsageGroup("none,tenant", of: Self.meter) }
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
        #expect(throws: UsageQuestionError("meter m has windows of 2h, which cannot be shown by hour")) {
            try UsageWindow(.hour, of: Self.meter)
        }
        #expect(try UsageWindow(.hour, of: Self.meter(minutes: 15)) == .unit(.hour))
        #expect(try UsageWindow(.day, of: Self.meter(minutes: 1_440)) == .unit(.day))
    }
}
