import Testing
import UsageModel
import Windowing

/// Sizes that users have; the times are printed, for they depend on the machine.
@Suite(.serialized) struct WindowingSpeedTests {
    @Test("Four million identities are admitted once and found again")
    func deduplicate() {
        var random = SplitMix(state: 1)
        let batches = (0..<500).map { _ in
            AttributedBatch(
                (0..<8_000).map { _ in UsageRow(identity: Digest128(high: random.next(), low: random.next())) })
        }
        var deduplicator = Deduplicator()
        let clock = ContinuousClock()
        var accepted: UInt64 = 0
        let first = clock.measure {
            for batch in batches { accepted += deduplicator.admit(batch).counts.accepted }
        }
        var duplicates: UInt64 = 0
        let second = clock.measure {
            for batch in batches { duplicates += deduplicator.admit(batch).counts.duplicates }
        }
        #expect(accepted == 4_000_000)
        #expect(duplicates == 4_000_000)
        print(
            "dedup: \(first / 4_000_000) a new row, \(second / 4_000_000) a repeated one,",
            "\(deduplicator.estimatedBytes / 4_000_000) bytes an event")
    }

    @Test("Two meters of 10,000 subjects in 24 hours are added up", arguments: [false, true])
    func accumulate(filtered: Bool) throws {
        let region = try #require(JSONPointer("/region"))
        let status = Meter.Condition(
            field: try #require(JSONPointer("/status")), anyOf: [.number(Quantity(whole: 200))])
        let hour: Int64 = 3_600_000_000_000
        let meters = [
            Meter(
                name: "requests", eventType: "t", aggregation: .count, groupBy: [region],
                filter: filtered ? [status] : [], window: .tumbling(size: hour)),
            Meter(
                name: "bytes", eventType: "t", aggregation: .sum,
                value: JSONPointer("/bytes").map { ValueExpression($0) }, groupBy: [region],
                filter: filtered ? [status] : [], window: .tumbling(size: hour)),
        ]
        let tenants = (0..<500).map { ByteString("tenant-\($0)") }
        var random = SplitMix(state: 1)
        let batch = AttributedBatch(
            (0..<200_000).map { number in
                UsageRow(
                    time: Int64(number) * (24 * hour / 200_000), tenant: UInt32(random.below(500)),
                    identity: Digest128(high: random.next(), low: 0),
                    fields: [.string(["eu-west-1", "us-east-1"][random.below(2)]), .number("200")],
                    values: [Quantity(whole: Int64(random.below(100_000)))])
            })
        var accumulator = UsageAccumulator(plan: ExtractionPlan(meters: meters), tenants: tenants, days: LocalDays())
        var deduplicator = Deduplicator()
        let admission = deduplicator.admit(batch)
        let clock = ContinuousClock()
        let time = try clock.measure {
            for _ in 0..<20 { try accumulator.add(batch, admission) }
        }
        var delta = UsageDelta(meters: [], entries: [])
        let drain = clock.measure { delta = accumulator.drain() }
        print(
            "accumulate\(filtered ? " with filters" : ""): \(time / 4_000_000) a row of two meters;",
            "\(delta.entries.count) entries drained in \(drain)")
        let events = delta.entries.reduce(0) { $0 + $1.aggregate.events }
        #expect(events == 8_000_000)
    }
}
