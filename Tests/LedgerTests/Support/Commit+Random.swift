import UsageModel

extension Commit {
    /// A consistent commit made of anything, of few keys so that commits meet in the same rows.
    static func random(using generator: inout SplitMix64, entries: Int = 12, identities: Int = 20) -> Commit {
        var commit = Commit(configuration: .random(using: &generator), tenants: .random(using: &generator))
        for number in 0..<Int.random(in: 1...3, using: &generator) {
            let partition = Partition(
                source: ["gateway", "web"][number % 2], id: ByteString("log-\(number)"),
                descriptor: (0..<3).map { _ in UInt8.random(in: 0...255, using: &generator) })
            commit.partitions.append(
                PartitionState(partition: partition, position: .random(using: &generator)))
        }
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            commit.ranges.append(.random(partitions: commit.partitions.count, using: &generator))
        }
        commit.delta = .random(entries: entries, using: &generator)
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            commit.quarantine.append(
                QuarantinedRecord(
                    partition: 0, position: .random(using: &generator), length: 7,
                    reason: RejectReason.allCases.randomElement(using: &generator) ?? .schema, detail: "dé",
                    bytes: Array("{\"a\":1}".utf8)))
        }
        var hour = Int32.random(in: -5...5, using: &generator)
        for number in 0..<identities {
            if number % 7 == 6 { hour += 1 }
            let digest = Digest128(high: generator.next(), low: generator.next())
            commit.identities.append(EventIdentity(identity: digest, content: generator.next(), hour: hour))
        }
        commit.watermark =
            Bool.random(using: &generator) ? nil : Timestamp(nanoseconds: .random(in: .min ... .max, using: &generator))
        return commit
    }
}

extension Commit.SourceRange {
    fileprivate static func random(partitions: Int, using generator: inout SplitMix64) -> Commit.SourceRange {
        let counts = RecordCounts(
            accepted: .random(in: 5...9, using: &generator), duplicates: .random(in: 0...9, using: &generator),
            conflicts: .random(in: 0...9, using: &generator), rejected: .random(in: 0...9, using: &generator),
            unmapped: .random(in: 0...5, using: &generator))
        let start = UInt64.random(in: 0...1 << 40, using: &generator)
        return Commit.SourceRange(
            partition: .random(in: 0..<UInt32(partitions), using: &generator),
            range: PositionRange(start: .byte(start), end: .byte(start + 10)), digest: .random(using: &generator),
            counts: counts, records: counts.read)
    }
}

extension UsageDelta {
    fileprivate static func random(entries: Int, using generator: inout SplitMix64) -> UsageDelta {
        let meters = Meter.Aggregation.allCases.map {
            MeterHeader(name: "m-\($0.rawValue)", aggregation: $0, dimensions: ["/data/a", "/data/b"])
        }
        return UsageDelta(meters: meters, entries: (0..<entries).map { _ in .random(using: &generator) })
    }
}

extension [Digest128] {
    /// A set of some digests out of few.
    fileprivate static func random(using generator: inout SplitMix64) -> [Digest128] {
        (0..<UInt64(20)).filter { _ in Bool.random(using: &generator) }.map { Digest128(high: $0, low: $0 &* 7) }
    }
}

extension Sample {
    fileprivate static func random(using generator: inout SplitMix64) -> Sample {
        let number = SequenceNumber(words: (0, 0, generator.next(), generator.next()))
        return Sample(
            time: Timestamp(nanoseconds: Int64.random(in: -9...9, using: &generator)), partition: generator.next() % 3,
            position: Bool.random(using: &generator) ? .byte(generator.next() >> 32) : .shard(.behind(number, sub: 3)),
            value: Quantity(units: Int128(Int64.random(in: .min ... .max, using: &generator))))
    }
}

extension UsageDelta.Entry {
    fileprivate static func random(using generator: inout SplitMix64) -> UsageDelta.Entry {
        let events = UInt64.random(in: 1...1_000, using: &generator)
        let factor = Int128(Int64.random(in: .min ... .max, using: &generator))
        let value = Quantity(units: factor * Int128.random(in: 0...1 << 50, using: &generator))
        let aggregates: [Aggregate] = [
            .count(events: events), .sum(value, events: events), .min(value, events: events),
            .max(value, events: events), .avg(value, events: events),
            .unique(.random(using: &generator), events: events),
            .latest(.random(using: &generator), events: events),
            .increase((0..<Int.random(in: 1...4, using: &generator)).map { _ in .random(using: &generator) }.sorted()),
            .timeWeighted(
                (0..<Int.random(in: 1...4, using: &generator)).map { _ in .random(using: &generator) }.sorted()),
        ]
        let meter = Int.random(in: aggregates.indices, using: &generator)
        let start = Int64.random(in: -3...3, using: &generator) * 3_600_000_000_000
        return UsageDelta.Entry(
            meter: UInt32(meter), tenant: .random(of: 5, using: &generator),
            dimensions: [10, 3].map { Bool.random(using: &generator) ? nil : .random(of: $0, using: &generator) },
            window: Window(
                start: Timestamp(nanoseconds: start), end: Timestamp(nanoseconds: start + 3_600_000_000_000)),
            aggregate: aggregates[meter],
            correction: Int.random(in: 0..<8, using: &generator) == 0 ? .late : nil)
    }
}

extension ByteString {
    /// One of the first `choices` of some awkward values.
    fileprivate static func random(of choices: Int, using generator: inout SplitMix64) -> ByteString {
        let samples: [[UInt8]] = [
            [], [0], [0, 1], [0xFF], [0x61], [0x61, 0], [0x61, 0x62], [0xC3, 0xA9], [1], [0, 0xFF],
        ]
        return ByteString(samples[Int.random(in: 0..<choices, using: &generator)])
    }
}

extension Digest256 {
    static func random(using generator: inout SplitMix64) -> Digest256 {
        Digest256(bytes: (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }
}

extension Position {
    /// One of any kind.
    static func random(using generator: inout SplitMix64) -> Position {
        let number = SequenceNumber(
            words: (generator.next(), generator.next(), generator.next(), generator.next()))
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: return .shard(.horizon)
        case 1: return .shard(.time(Timestamp(nanoseconds: .random(in: .min ... .max, using: &generator))))
        case 2: return .shard(.behind(number, sub: nil))
        case 3: return .shard(.behind(number, sub: .random(in: 0...300, using: &generator)))
        case 4: return .shard(.end)
        default: return .byte(.random(in: 0...UInt64.max, using: &generator))
        }
    }
}
