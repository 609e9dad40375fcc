import Testing
import UsageModel
import Windowing

/// Totals against an oracle that sorts all events and then computes, without tables, windows' caches or merging.
@Suite struct UsageOracleTests {
    static let hour: Int64 = 3_600_000_000_000
    static let tenants: [ByteString] = ["zeta", "acme", "\u{E9}", "e\u{301}"]

    private func meters() throws -> [Meter] {
        func pointer(_ text: String) throws -> JSONPointer { try #require(JSONPointer(text)) }
        let status = Meter.Condition(field: try pointer("/s"), anyOf: [.number(Quantity(whole: 1)), .null])
        func meter(_ name: String, _ kind: Meter.Aggregation, _ size: Int64, filter: Bool, groupBy: [String]) throws
            -> Meter
        {
            Meter(
                name: name, eventType: "t", aggregation: kind,
                value: kind == .count ? nil : ValueExpression(try pointer("/v")),
                groupBy: try groupBy.map { try pointer($0) }, filter: filter ? [status] : [],
                window: .tumbling(size: size))
        }
        return [
            try meter("count", .count, Self.hour, filter: false, groupBy: ["/a", "/b"]),
            try meter("min", .min, 24 * Self.hour, filter: true, groupBy: []),
            try meter("sum", .sum, Self.hour, filter: true, groupBy: ["/a", "/b"]),
            try meter("max", .max, Self.hour / 4, filter: false, groupBy: ["/b"]),
        ]
    }

    /// Fields in the order of the plan: /a, /b, /s. Few different ones, so that events meet in windows.
    private func events(_ count: Int, _ random: inout SplitMix) -> [UsageRow] {
        let texts: [UsageRow.Value] = [.absent, .string(""), .string("x"), .string("\u{E9}"), .string("e\u{301}")]
        let states: [UsageRow.Value] = [.absent, .number("1"), .number("1.0"), .number("2"), .string("1")]
        return (0..<count).map { _ in
            let tenant = random.below(6)
            let units = Int128(Int64(truncatingIfNeeded: random.next())) * 1_000_003
            return UsageRow(
                time: Int64(random.below(40)) * Self.hour / 5 - 2 * Self.hour,
                subject: Array(["u", "\u{E9}", "e\u{301}", ""][random.below(4)].utf8),
                tenant: tenant < 4 ? UInt32(tenant) : nil,
                identity: Digest128(high: random.next() % UInt64(count), low: 3), content: random.next() % 2,
                fields: [texts[random.below(5)], texts[random.below(5)], states[random.below(5)]],
                values: [random.below(5) == 0 ? nil : Quantity(units: units)])
        }
    }

    /// The entries of all events, in UTC, from a sorted list of everything that is measured.
    private func oracle(_ rows: [UsageRow], _ meters: [Meter]) -> [UsageDelta.Entry] {
        var accepted: [UsageRow] = []
        for row in rows where !accepted.contains(where: { $0.identity == row.identity }) { accepted.append(row) }
        var entries: [UsageDelta.Entry] = []
        for (number, meter) in meters.enumerated() {
            guard case .tumbling(let size) = meter.window else { continue }
            var measured: [(key: [[UInt8]], row: UsageRow, value: Int128)] = []
            for row in accepted {
                if !meter.filter.isEmpty, ![.absent, .number("1"), .number("1.0")].contains(row.fields[2]) { continue }
                if meter.aggregation != .count, row.values[0] == nil { continue }
                let start = (row.time + 1_000 * 24 * Self.hour) / size
                let big = (0..<8).map { UInt8(truncatingIfNeeded: start >> (56 - 8 * Int64($0))) }
                let tenant = row.tenant.map { Self.tenants[Int($0)].bytes } ?? Array("unmapped:".utf8) + row.subject
                let dimensions = meter.groupBy.map { row.fields[$0.text == "/a" ? 0 : 1] }
                let texts = dimensions.map { $0 == .absent ? [] : [1] + $0.bytes }
                measured.append(([big, tenant] + texts, row, row.values[0]?.units ?? 0))
            }
            measured.sort { left, right in
                for (one, other) in zip(left.key, right.key) where one != other {
                    return one.lexicographicallyPrecedes(other)
                }
                return false
            }
            var index = 0
            while index < measured.count {
                let group = measured[index...].prefix { $0.key == measured[index].key }
                entries.append(entry(number, meter, group.map(\.value), measured[index].key, measured[index].row, size))
                index += group.count
            }
        }
        return entries
    }

    private func entry(
        _ number: Int, _ meter: Meter, _ values: [Int128], _ key: [[UInt8]], _ row: UsageRow, _ size: Int64
    ) -> UsageDelta.Entry {
        let sorted = values.sorted()
        let events = UInt64(values.count)
        let aggregate: Aggregate =
            switch meter.aggregation {
            case .count: .count(events: events)
            case .sum: .sum(Quantity(units: sorted.reduce(0, +)), events: events)
            case .min: .min(Quantity(units: sorted.first ?? 0), events: events)
            case .max: .max(Quantity(units: sorted.last ?? 0), events: events)
            default: preconditionFailure("no meter of this test")
            }
        let into = (row.time + 1_000 * 24 * Self.hour) % size
        return UsageDelta.Entry(
            meter: UInt32(number), tenant: ByteString(key[1]),
            dimensions: key.dropFirst(2).map { $0.isEmpty ? nil : ByteString(Array($0.dropFirst())) },
            window: Window(
                start: Timestamp(nanoseconds: row.time - into), end: Timestamp(nanoseconds: row.time - into + size)),
            aggregate: aggregate)
    }

    /// The deltas of the events cut into batches and commits at random.
    private func deltas(
        _ rows: [UsageRow], _ meters: [Meter], _ random: inout SplitMix
    ) throws -> [UsageDelta] {
        var accumulator = UsageAccumulator(
            plan: ExtractionPlan(meters: meters), tenants: Self.tenants, days: LocalDays())
        var deduplicator = Deduplicator()
        var deltas: [UsageDelta] = []
        var start = 0
        while start < rows.count {
            let end = min(rows.count, start + random.below(40))
            let batch = AttributedBatch(Array(rows[start..<end]))
            try accumulator.add(batch, deduplicator.admit(batch))
            if random.below(4) == 0 { deltas.append(accumulator.drain()) }
            start = end
        }
        return deltas + [accumulator.drain()]
    }

    @Test("Random events in random batches and commits, merged in any order, come to the oracle's totals")
    func agrees() throws {
        let meters = try meters()
        var random = SplitMix(state: 2_026)
        for _ in 0..<200 {
            let rows = events(random.below(300) + 1, &random)
            let expected = oracle(rows, meters)
            let whole = try deltas(rows, meters, &random)
            var merged: [UsageDelta.Entry: Aggregate] = [:]
            for delta in whole.shuffled(using: &random) {
                for entry in delta.entries {
                    var key = entry
                    key.aggregate = .count(events: 0)
                    key.meter = UInt32(
                        try #require(meters.firstIndex { $0.name == delta.meters[Int(entry.meter)].name }))
                    merged[key] = try merged[key]?.merged(with: entry.aggregate) ?? entry.aggregate
                }
            }
            #expect(merged.count == expected.count)
            for entry in expected {
                var key = entry
                key.aggregate = .count(events: 0)
                #expect(merged[key] == entry.aggregate)
            }
        }
    }

    @Test("One commit of everything has the oracle's entries in the oracle's order")
    func ordered() throws {
        let meters = try meters()
        var random = SplitMix(state: 77)
        for _ in 0..<100 {
            let rows = events(200, &random)
            var accumulator = UsageAccumulator(
                plan: ExtractionPlan(meters: meters), tenants: Self.tenants, days: LocalDays())
            var deduplicator = Deduplicator()
            let batch = AttributedBatch(rows)
            try accumulator.add(batch, deduplicator.admit(batch))
            #expect(accumulator.drain().entries == oracle(rows, meters))
        }
    }
}
