import Testing
import UsageModel

@testable import Windowing

@Suite("Too many series")
struct SeriesLimitTests {
    private static let hour: Int64 = 3_600_000_000_000

    private func accumulator(limit: Int, session: Bool = false) throws -> UsageAccumulator {
        var meter = Meter(
            name: "m", eventType: "t", aggregation: .count, groupBy: [try #require(JSONPointer("/d"))],
            window: session ? .session(gap: Self.hour) : .tumbling(size: Self.hour))
        meter.maximumSeries = limit
        return UsageAccumulator(plan: ExtractionPlan(meters: [meter]), tenants: ["a", "b"], days: LocalDays())
    }

    private func add(
        _ rows: [(tenant: UInt32?, value: String, hour: Int64)], to usage: inout UsageAccumulator, closed: Int64? = nil
    ) throws {
        let batch = AttributedBatch(
            rows.enumerated().map { number, row in
                UsageRow(
                    time: row.hour * Self.hour, subject: Array(row.value.utf8), tenant: row.tenant,
                    identity: Digest128(high: UInt64(number), low: 0), fields: [.string(row.value)])
            })
        var deduplicator = Deduplicator()
        try usage.add(batch, deduplicator.admit(batch), closed: closed.map { Timestamp(nanoseconds: $0 * Self.hour) })
    }

    private func lines(_ delta: UsageDelta) -> [String] {
        delta.entries.map {
            "\($0.tenant) \($0.dimensions[0]?.description ?? "-") \($0.window.start.nanoseconds / Self.hour) \($0.aggregate.events)"
        }
    }

    @Test("What is beyond the limit of a window goes into the tenant's series overflow, and nothing is lost")
    func overflows() throws {
        var usage = try accumulator(limit: 3)
        let rows = (0..<6).flatMap { number in
            [(0 as UInt32?, "v\(number)", 0), (1, "v\(number)", 0), (0, "v\(number)", 1)] as [(UInt32?, String, Int64)]
        }
        try add(rows.map { ($0.0, $0.1, $0.2) } + [(0, "v5", 0)], to: &usage)
        let notices = usage.takeLimitNotices()
        #expect(notices.map(\.meters) == [["m"], ["m"]])
        #expect(notices.map { $0.window.start.nanoseconds } == [0, Self.hour])
        #expect(usage.takeLimitNotices() == [])
        #expect(
            lines(usage.drain()) == [
                "a overflow 0 5", "a v0 0 1", "a v1 0 1", "b overflow 0 5", "b v0 0 1", "a overflow 1 3", "a v0 1 1",
                "a v1 1 1", "a v2 1 1",
            ])
    }

    @Test("The count goes on from commit to commit, and begins anew where the window closed")
    func overCommits() throws {
        var usage = try accumulator(limit: 2)
        try add([(0, "x", 0), (0, "y", 0)], to: &usage)
        _ = usage.drain()
        try add([(0, "z", 0), (0, "x", 0)], to: &usage)
        #expect(lines(usage.drain()) == ["a overflow 0 1", "a x 0 1"])
        try add([(0, "z", 0)], to: &usage, closed: 1)
        _ = usage.drain()
        try add([(0, "new", 0)], to: &usage, closed: 1)
        #expect(lines(usage.drain()) == ["a new 0 1"])
    }

    @Test("Series that the ledger has already count, and are known")
    func expected() throws {
        var usage = try accumulator(limit: 2)
        let window = Window(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: Self.hour))
        usage.expect(meter: "m", tenant: "a", dimensions: ["x"], in: window)
        usage.expect(meter: "m", tenant: "b", dimensions: ["x"], in: window)
        usage.expect(meter: "other", tenant: "b", dimensions: ["x"], in: window)
        try add([(0, "new", 0), (0, "x", 0), (1, "x", 0)], to: &usage)
        #expect(lines(usage.drain()) == ["a overflow 0 1", "a x 0 1", "b x 0 1"])
    }

    @Test("The series of what was beyond the limit is none that counts")
    func overflowIsNone() throws {
        var usage = try accumulator(limit: 1)
        let window = Window(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: Self.hour))
        usage.expect(meter: "m", tenant: "a", dimensions: ["overflow"], in: window)
        usage.expect(meter: "m", tenant: "unmapped:overflow", dimensions: ["overflow"], in: window)
        try add([(0, "x", 0)], to: &usage)
        #expect(lines(usage.drain()) == ["a x 0 1"])
    }

    @Test("Readings beyond the limit stay apart by what tells counters apart")
    func readings() throws {
        var meter = Meter(
            name: "m", eventType: "t", aggregation: .increase, value: ValueExpression(try #require(JSONPointer("/v"))),
            groupBy: [try #require(JSONPointer("/d"))], key: [try #require(JSONPointer("/subject"))],
            window: .tumbling(size: Self.hour))
        meter.maximumSeries = 1
        var usage = UsageAccumulator(plan: ExtractionPlan(meters: [meter]), tenants: ["a"], days: LocalDays())
        let (subjects, starts): ([String], [Int64]) = (["p", "q", "r"], [0, 1_000_000, 10])
        var rows: [UsageRow] = []
        for number in 0..<6 {
            let turn = number % 3
            var row = UsageRow(time: Int64(number), subject: Array(subjects[turn].utf8))
            row.identity = Digest128(high: UInt64(number), low: 0)
            row.fields = [.string("d\(turn)")]
            row.values = [Quantity(whole: starts[turn] + Int64(number))]
            rows.append(row)
        }
        var batch = AttributedBatch(rows)
        batch.events.records.records = rows.indices.map { RecordBatch.Record(start: UInt32($0), length: 0) }
        var deduplicator = Deduplicator()
        try usage.add(batch, deduplicator.admit(batch))
        let delta = usage.drain()
        #expect(
            delta.entries.map { entry in
                "\(entry.dimensions.map { $0?.description ?? "-" }) \(entry.aggregate.value(dividedBy: .one) ?? .zero)"
            } == [#"["d0", "p"] 3"#, #"["overflow", "q"] 3"#, #"["overflow", "r"] 3"#])
    }

    @Test("Subjects without a tenant share one series beyond the limit")
    func unmapped() throws {
        var usage = try accumulator(limit: 1)
        try add([(nil, "x", 0), (nil, "y", 0), (nil, "z", 0)], to: &usage)
        #expect(lines(usage.drain()) == ["unmapped:overflow overflow 0 2", "unmapped:x x 0 1"])
    }

    @Test("Sessions have the limit for those of one commit")
    func sessions() throws {
        var usage = try accumulator(limit: 1, session: true)
        try add([(0, "x", 0), (0, "y", 0), (0, "z", 9), (0, "x", 20)], to: &usage)
        #expect(lines(usage.drain()) == ["a overflow 0 1", "a x 0 1", "a overflow 9 1", "a x 20 1"])
    }
}
