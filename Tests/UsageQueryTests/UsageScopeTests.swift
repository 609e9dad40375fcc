import Ledger
import TenantMapping
import Testing
import UsageModel
import Windowing

@testable import UsageQuery

@Suite("Whose usage")
struct UsageScopeTests {
    private static let csv = """
        subject,tenant,parent,valid_from,valid_to
        a,team,division,,2026-11-01T02:00:00Z
        a,team,other,2026-11-01T02:00:00Z,
        b,division,group,,
        c,alone,,,
        """

    private func ledger() throws -> MemoryLedger {
        let ledger = try MemoryLedger()
        var entries: [UsageDelta.Entry] = []
        for (tenant, units) in [("team", 1), ("division", 10), ("alone", 100)] as [(ByteString, Int64)] {
            for hour in 0..<4 {
                entries.append(
                    try UsageQuestionTests.entry(
                        "2026-11-01T0\(hour):00:00Z", tenant: tenant, ["eu", nil], units: units))
                entries.append(
                    try UsageQuestionTests.entry(
                        "2026-11-01T0\(hour):00:00Z", tenant: tenant, ["us", "x"], units: 1_000))
            }
        }
        try ledger.append(UsageDelta(meters: [UsageQuestionTests.header], entries: entries))
        return ledger
    }

    private func rows(
        tenant: ByteString? = nil, rollsUp: Bool = false, filters: [String] = ["/data/region=eu"]
    ) throws -> [String] {
        var question = try UsageQuestionTests.question(.total, by: "tenant")
        question.tenant = tenant
        question.rollsUp = rollsUp
        question.hierarchy = try TenantTable(csv: Array(Self.csv.utf8), file: "t").hierarchy
        question.filters = try filters.map { try UsageFilter($0, of: question.meter) }
        return try question.answer(from: ledger().reader, finalUpTo: nil).rows.map {
            "\($0.tenant?.description ?? "-") \($0.value)"
        }
    }

    @Test("A tenant's usage has in it that of those under it at the time of the window")
    func family() throws {
        #expect(try rows(tenant: "group") == ["group 42"])
        #expect(try rows(tenant: "division") == ["division 42"])
        #expect(try rows(tenant: "other") == ["other 2"])
        #expect(try rows(tenant: "team") == ["team 4"])
        #expect(try rows(tenant: "alone") == ["alone 400"])
        #expect(try rows(tenant: "nobody") == [])
    }

    @Test("Tenants by themselves, and rolled up into all above them")
    func rolledUp() throws {
        #expect(try rows() == ["alone 400", "division 40", "team 4"])
        #expect(try rows(rollsUp: true) == ["alone 400", "division 42", "group 42", "other 2", "team 4"])
    }

    @Test("A filter takes one value, several, or events without any")
    func filters() throws {
        #expect(try rows(tenant: "team", filters: ["/data/region=us"]) == ["team 4000"])
        #expect(try rows(tenant: "team", filters: ["/data/region=us,eu"]) == ["team 4004"])
        #expect(try rows(tenant: "team", filters: ["/data/region=us", "/data/class="]) == [])
        #expect(try rows(tenant: "team", filters: ["/data/class="]) == ["team 4"])
        let meter = UsageQuestionTests.header.name
        #expect(throws: UsageQuestionError.self) { try UsageFilter("/data/zone=x", of: GroupTests.meter) }
        #expect(throws: UsageQuestionError.self) { try UsageFilter(meter, of: GroupTests.meter) }
    }

    @Test("A version that was counted over all the past stands for those before, and later ones add to it")
    func recounted() throws {
        let ledger = try MemoryLedger()
        var headers: [UsageDelta.MeterHeader] = []
        for number in 1...3 {
            var header = UsageQuestionTests.header
            header.definition = "\(number)"
            headers.append(header)
        }
        func append(_ version: Int, _ units: Int64, isRecount: Bool = false) throws {
            var commit = Commit(configuration: .none, tenants: .none)
            commit.delta = UsageDelta(
                meters: [headers[version - 1]],
                entries: [try UsageQuestionTests.entry("2026-11-01T00:00:00Z", units: units)])
            if isRecount { commit.recounted = [0] }
            try ledger.append([commit])
        }
        func total() throws -> String? {
            try UsageQuestionTests.question(.total, by: "").answer(from: ledger.reader, finalUpTo: nil).rows.first?
                .value
                .description
        }
        try append(1, 5)
        try append(2, 7)
        #expect(try total() == "12")
        try append(2, 100, isRecount: true)
        #expect(try total() == "100")
        try append(2, 1)
        try append(3, 30)
        #expect(try total() == "131")
        // One that comes up again is a version of its own, and nothing that it measures is hidden.
        try append(1, 1_000)
        try append(1, 1_000)
        #expect(try total() == "2131")
        #expect(try ledger.reader.meterVersions().map(\.number) == [1, 2, 3, 4])
    }
}
