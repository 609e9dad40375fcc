import UsageModel

extension Commit {
    /// A commit with one of everything, as the golden segment has it.
    static var golden: Commit {
        let hour = Window(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 3_600_000_000_000))
        var commit = Commit(
            configuration: Digest256(bytes: [UInt8](repeating: 0xC0, count: 32)),
            tenants: Digest256(bytes: [UInt8](repeating: 0x7E, count: 32)))
        commit.watermark = Timestamp(nanoseconds: -1)
        commit.partitions = [
            PartitionState(
                partition: Partition(source: "web", id: "a.log", descriptor: [1, 2, 3]), position: .byte(300))
        ]
        let counts = RecordCounts(accepted: 2, duplicates: 1, conflicts: 1, rejected: 1, unmapped: 1)
        commit.ranges = [
            SourceRange(
                partition: 0, range: PositionRange(start: .byte(0), end: .byte(300)),
                digest: Digest256(bytes: [UInt8](repeating: 0xDA, count: 32)), counts: counts, records: 5)
        ]
        commit.delta = UsageDelta(
            meters: [
                UsageDelta.MeterHeader(name: "requests", aggregation: .count, dimensions: []),
                UsageDelta.MeterHeader(name: "bytes", aggregation: .sum, dimensions: ["/data/region"]),
            ],
            entries: [
                UsageDelta.Entry(
                    meter: 0, tenant: "t", dimensions: [], window: hour, aggregate: .count(events: 2)),
                UsageDelta.Entry(
                    meter: 1, tenant: "t", dimensions: [nil], window: hour,
                    aggregate: .sum(Quantity(units: -1), events: 1)),
                UsageDelta.Entry(
                    meter: 1, tenant: "t", dimensions: ["eu"], window: hour,
                    aggregate: .sum(Quantity(whole: 1), events: 1), correction: .late),
            ])
        commit.quarantine = [
            QuarantinedRecord(
                partition: 0, position: .byte(60), length: 3, reason: .badLine, detail: "no", bytes: [0x78, 0x79, 0x7A])
        ]
        commit.identities = [
            EventIdentity(identity: Digest128(high: 1, low: 2), content: 3, hour: -1),
            EventIdentity(identity: Digest128(high: 4, low: 5), content: 6, hour: 0),
        ]
        return commit
    }

    /// The same with what format 2 has besides.
    static var goldenOfFormat2: Commit {
        var commit = golden
        commit.latest = Timestamp(nanoseconds: 7)
        commit.closed = Timestamp(nanoseconds: -2)
        commit.ranges[0].before = Timestamp(nanoseconds: 1_000)
        commit.recounted = [2]
        let hour = commit.delta.entries[0].window
        let meters: [(Meter.Aggregation, Aggregate)] = [
            (.avg, .avg(Quantity(whole: 3), events: 2)),
            (.unique, .unique([Digest128(high: 1, low: 2), Digest128(high: 1, low: 3)], events: 4)),
            (.latest, .latest(sample(1), events: 3)), (.increase, .increase([sample(1), sample(2)])),
            (.timeWeighted, .timeWeighted([sample(5)])),
        ]
        for (aggregation, aggregate) in meters {
            commit.delta.meters.append(
                UsageDelta.MeterHeader(
                    name: aggregation.rawValue, aggregation: aggregation, dimensions: [], divisor: Quantity(whole: 8),
                    isSession: aggregation == .avg, hold: aggregation == .timeWeighted ? 60 : nil, definition: "{}"))
            commit.delta.entries.append(
                UsageDelta.Entry(
                    meter: UInt32(commit.delta.meters.count - 1), tenant: "t", dimensions: [], window: hour,
                    aggregate: aggregate, correction: aggregation == .latest ? .debit : .sealed))
        }
        return commit
    }

    private static func sample(_ number: Int64) -> Sample {
        Sample(
            time: Timestamp(nanoseconds: number), partition: 0x0102_0304, position: .byte(UInt64(number)),
            value: Quantity(whole: -number))
    }
}
