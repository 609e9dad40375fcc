import UsageModel

extension CommitCodec {
    /// - Throws: ``LedgerError/invalidCommit(_:)`` when the commit's parts contradict each other.
    static func encode(_ commit: Commit) throws(LedgerError) -> [UInt8] {
        if let message = inconsistency(in: commit) { throw .invalidCommit(message) }
        var writer = ByteWriter(
            capacity: 1_024 + commit.identities.count * 24 + commit.delta.entries.count * 64 + commit.ranges.count * 64)
        writer.byte(version)
        writer.digest(commit.configuration)
        writer.digest(commit.tenants)
        for time in [commit.watermark, commit.latest, commit.closed] { encode(time, to: &writer) }
        writer.count(commit.partitions.count)
        for state in commit.partitions {
            writer.text(state.partition.source)
            writer.counted(state.partition.id.bytes)
            writer.counted(state.partition.descriptor)
            state.position.encode(to: &writer)
        }
        writer.count(commit.ranges.count)
        for range in commit.ranges { encode(range, to: &writer) }
        encode(commit.delta, to: &writer)
        writer.count(commit.recounted.count)
        for meter in commit.recounted { writer.varint(meter) }
        writer.count(commit.quarantine.count)
        for record in commit.quarantine {
            writer.varint(record.partition)
            record.position.encode(to: &writer)
            writer.varint(record.length)
            writer.byte(record.reason.rawValue)
            writer.text(record.detail)
            writer.counted(record.bytes)
        }
        encode(commit.identities, to: &writer)
        return writer.bytes
    }

    private static func encode(_ range: Commit.SourceRange, to writer: inout ByteWriter) {
        writer.varint(range.partition)
        range.range.start.encode(to: &writer)
        range.range.end.encode(to: &writer)
        writer.digest(range.digest)
        let counts = range.counts
        for count in [counts.accepted, counts.duplicates, counts.conflicts, counts.rejected, counts.unmapped] {
            writer.varint(count)
        }
        writer.varint(range.records)
        encode(range.before, to: &writer)
    }

    private static func encode(_ time: Timestamp?, to writer: inout ByteWriter) {
        writer.byte(time == nil ? 0 : 1)
        if let time { writer.signed(time.nanoseconds) }
    }

    static func encode(_ delta: UsageDelta, to writer: inout ByteWriter) {
        writer.count(delta.meters.count)
        for meter in delta.meters { encode(meter, to: &writer) }
        writer.count(delta.entries.count)
        let entries = delta.entries.span
        for index in entries.indices { encode(entries[index], to: &writer) }
    }

    private static func encode(_ entry: UsageDelta.Entry, to writer: inout ByteWriter) {
        writer.varint(entry.meter)
        writer.byte(entry.correction?.rawValue ?? 0)
        writer.signed(entry.window.start.nanoseconds)
        writer.signed(entry.window.end.nanoseconds)
        writer.counted(entry.tenant.bytes)
        encode(entry.dimensions, to: &writer)
        encode(entry.aggregate, to: &writer)
    }

    /// The values of dimensions, each with one more than its length before it; 0 where there is none.
    static func encode(_ dimensions: [ByteString?], to writer: inout ByteWriter) {
        for dimension in dimensions {
            writer.count(dimension.map { $0.bytes.count + 1 } ?? 0)
            if let dimension { writer.raw(dimension.bytes) }
        }
    }

    static func encode(_ meter: UsageDelta.MeterHeader, to writer: inout ByteWriter) {
        writer.text(meter.name)
        writer.byte(meter.aggregation.tag)
        writer.signed(meter.divisor.units)
        writer.byte(meter.isSession ? 1 : 0)
        writer.signed(meter.hold ?? -1)
        writer.text(meter.definition)
        writer.count(meter.dimensions.count)
        for dimension in meter.dimensions { writer.text(dimension) }
    }

    /// Its events, and what it is besides.
    static func encode(_ aggregate: Aggregate, to writer: inout ByteWriter) {
        writer.varint(aggregate.events)
        switch aggregate {
        case .count, .total(.count, _, _): break
        case .sum(let value, _), .min(let value, _), .max(let value, _), .avg(let value, _), .total(_, let value, _):
            writer.signed(value.units)
        case .unique(let digests, _):
            writer.count(digests.count)
            for digest in digests {
                writer.integer(digest.high)
                writer.integer(digest.low)
            }
        case .latest(let sample, _): encode([sample], to: &writer)
        case .increase(let samples), .timeWeighted(let samples): encode(samples, to: &writer)
        }
    }

    /// Readings without their count: each time as the distance from the one before.
    private static func encode(_ samples: [Sample], to writer: inout ByteWriter) {
        var last: Int64 = 0
        for sample in samples {
            writer.signed(sample.time.nanoseconds &- last)
            last = sample.time.nanoseconds
            writer.integer(sample.partition)
            sample.position.encode(to: &writer)
            writer.signed(sample.value.units)
        }
    }

    /// The events of an hour stand together, in the order of acceptance.
    private static func encode(_ identities: [EventIdentity], to writer: inout ByteWriter) {
        let hours = hours(of: identities)
        writer.count(hours.count)
        for (hour, stretches) in hours {
            writer.signed(Int64(hour))
            writer.count(stretches.reduce(0) { $0 + $1.count })
            for stretch in stretches { writer.identities(identities[stretch]) }
        }
    }

    /// The hours in ascending order, each with where its events are. Events that follow each other are mostly of one hour.
    private static func hours(of identities: [EventIdentity]) -> [(hour: Int32, stretches: [Range<Int>])] {
        var hours: [Int32: [Range<Int>]] = [:]
        var start = 0
        while start < identities.count {
            let hour = identities[start].hour
            var end = start + 1
            while end < identities.count, identities[end].hour == hour { end += 1 }
            hours[hour, default: []].append(start..<end)
            start = end
        }
        return hours.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
