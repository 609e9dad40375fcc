import UsageModel

extension CommitCodec {
    /// - Throws: what is wrong and where, whatever the bytes; it never traps.
    static func decode(_ payload: [UInt8]) throws(CodecError) -> Commit {
        var reader = ByteReader(payload)
        let format = try reader.byte()
        guard format == 1 || format == version else {
            throw reader.fault("the commit is of a version that is not known here")
        }
        var commit = Commit(configuration: try reader.digest(), tenants: try reader.digest())
        commit.watermark = try time(from: &reader)
        if format > 1 {
            commit.latest = try time(from: &reader)
            commit.closed = try time(from: &reader)
        }
        for _ in 0..<(try reader.count(ofSize: 4)) {
            let partition = Partition(
                source: try reader.text(), id: ByteString(try reader.counted()), descriptor: try reader.counted())
            commit.partitions.append(
                PartitionState(partition: partition, position: try Position.decode(from: &reader)))
        }
        for _ in 0..<(try reader.count(ofSize: 41)) { commit.ranges.append(try range(from: &reader, format)) }
        commit.delta = try delta(from: &reader, format, as: .states)
        if format > 1 {
            for _ in 0..<(try reader.count()) { commit.recounted.append(try reader.varint()) }
        }
        for _ in 0..<(try reader.count(ofSize: 6)) { commit.quarantine.append(try quarantined(from: &reader)) }
        commit.identities = try identities(from: &reader)
        try reader.end()
        if let message = inconsistency(in: commit) { throw reader.fault(message) }
        return commit
    }

    private static func time(from reader: inout ByteReader) throws(CodecError) -> Timestamp? {
        try reader.flag() ? Timestamp(nanoseconds: try reader.signed()) : nil
    }

    private static func range(
        from reader: inout ByteReader, _ format: UInt8
    ) throws(CodecError) -> Commit.SourceRange {
        let partition = try reader.varint(UInt32.self)
        let start = try Position.decode(from: &reader)
        let range = PositionRange(start: start, end: try Position.decode(from: &reader))
        let digest = try reader.digest()
        let counts = RecordCounts(
            accepted: try reader.varint(), duplicates: try reader.varint(), conflicts: try reader.varint(),
            rejected: try reader.varint(), unmapped: try reader.varint())
        return Commit.SourceRange(
            partition: partition, range: range, digest: digest, counts: counts, records: try reader.varint(),
            before: format > 1 ? try time(from: &reader) : nil)
    }

    static func delta(
        from reader: inout ByteReader, _ format: UInt8, as form: Form
    ) throws(CodecError) -> UsageDelta {
        var delta = UsageDelta(meters: [], entries: [])
        for _ in 0..<(try reader.count(ofSize: 3)) { delta.meters.append(try meter(from: &reader, format)) }
        let count = try reader.count(ofSize: 6)
        delta.entries.reserveCapacity(count)
        for _ in 0..<count { delta.entries.append(try entry(of: delta.meters, from: &reader, form)) }
        return delta
    }

    /// - Parameter format: the version of the commit or the seal that it stands in.
    static func meter(
        from reader: inout ByteReader, _ format: UInt8 = version
    ) throws(CodecError) -> UsageDelta.MeterHeader {
        let name = try reader.text()
        guard let aggregation = Meter.Aggregation(tag: try reader.byte()) else {
            throw reader.fault("an aggregation is not known here")
        }
        var meter = UsageDelta.MeterHeader(name: name, aggregation: aggregation, dimensions: [])
        if format > 1 {
            meter.divisor = Quantity(units: try reader.wideSigned())
            guard meter.divisor.units > 0 else { throw reader.fault("a divisor is not positive") }
            meter.isSession = try reader.flag()
            let hold = try reader.signed()
            guard hold >= -1 else { throw reader.fault("a value holds for less than no time") }
            meter.hold = hold < 0 ? nil : hold
            meter.definition = try reader.text()
        }
        for _ in 0..<(try reader.count()) { meter.dimensions.append(try reader.text()) }
        return meter
    }

    private static func entry(
        of meters: [UsageDelta.MeterHeader], from reader: inout ByteReader, _ form: Form
    ) throws(CodecError) -> UsageDelta.Entry {
        let meter = try reader.varint(UInt32.self)
        guard meter < meters.count else { throw reader.fault("an entry names no meter") }
        let cause = try reader.byte()
        let correction = Correction(rawValue: cause)
        guard correction != nil || cause == 0 else { throw reader.fault("a correction's cause is not known here") }
        let window = Window(
            start: Timestamp(nanoseconds: try reader.signed()), end: Timestamp(nanoseconds: try reader.signed()))
        let tenant = ByteString(try reader.counted())
        var dimensions: [ByteString?] = []
        for _ in meters[Int(meter)].dimensions {
            let length = try reader.varint(UInt64.self)
            guard length <= UInt64(reader.remaining) + 1 else { throw reader.fault("it ends too soon") }
            dimensions.append(length == 0 ? nil : ByteString(try reader.raw(Int(length) - 1)))
        }
        return UsageDelta.Entry(
            meter: meter, tenant: tenant, dimensions: dimensions, window: window,
            aggregate: try aggregate(meters[Int(meter)].aggregation, from: &reader, form), correction: correction)
    }

    static func aggregate(
        _ aggregation: Meter.Aggregation, from reader: inout ByteReader, _ form: Form = .states
    ) throws(CodecError) -> Aggregate {
        let events = try reader.varint(UInt64.self)
        switch aggregation {
        case .count: return .count(events: events)
        case .sum: return .sum(Quantity(units: try reader.wideSigned()), events: events)
        case .min: return .min(Quantity(units: try reader.wideSigned()), events: events)
        case .max: return .max(Quantity(units: try reader.wideSigned()), events: events)
        case _ where form == .totals:
            return .total(aggregation, Quantity(units: try reader.wideSigned()), events: events)
        case .avg: return .avg(Quantity(units: try reader.wideSigned()), events: events)
        case .unique:
            var digests: [Digest128] = []
            for _ in 0..<(try reader.count(ofSize: 16)) {
                let digest = Digest128(high: try reader.integer(), low: try reader.integer())
                guard digests.last.map({ $0 < digest }) ?? true else { throw reader.fault("digests are not in order") }
                digests.append(digest)
            }
            return .unique(digests, events: events)
        case .latest:
            guard let sample = try samples(1, from: &reader).first else { throw reader.fault("it ends too soon") }
            return .latest(sample, events: events)
        case .increase: return .increase(try samples(events, from: &reader))
        case .timeWeighted: return .timeWeighted(try samples(events, from: &reader))
        }
    }

    private static func samples(_ count: UInt64, from reader: inout ByteReader) throws(CodecError) -> [Sample] {
        guard count <= UInt64(reader.remaining / 11) else { throw reader.fault("a count is larger than what follows") }
        var samples: [Sample] = []
        samples.reserveCapacity(Int(count))
        var last: Int64 = 0
        for _ in 0..<count {
            last &+= try reader.signed()
            let sample = Sample(
                time: Timestamp(nanoseconds: last), partition: try reader.integer(),
                position: try Position.decode(from: &reader), value: Quantity(units: try reader.wideSigned()))
            guard samples.last.map({ $0 <= sample }) ?? true else { throw reader.fault("readings are not in order") }
            samples.append(sample)
        }
        return samples
    }

    private static func quarantined(from reader: inout ByteReader) throws(CodecError) -> QuarantinedRecord {
        let partition = try reader.varint(UInt32.self)
        let position = try Position.decode(from: &reader)
        let length = try reader.varint(UInt64.self)
        guard let reason = RejectReason(rawValue: try reader.byte()) else {
            throw reader.fault("a reason is not known here")
        }
        return QuarantinedRecord(
            partition: partition, position: position, length: length, reason: reason, detail: try reader.text(),
            bytes: try reader.counted())
    }

    private static func identities(from reader: inout ByteReader) throws(CodecError) -> [EventIdentity] {
        var identities: [EventIdentity] = []
        // They come last. Room for each hour alone would copy all before it again with each.
        identities.reserveCapacity(reader.remaining / IdentityBlock.entrySize)
        var last: Int32?
        for _ in 0..<(try reader.count(ofSize: 2)) {
            guard let hour = Int32(exactly: try reader.signed()), last.map({ $0 < hour }) ?? true else {
                throw reader.fault("the hours are not in order")
            }
            last = hour
            let count = try reader.count(ofSize: 24)
            guard count > 0 else { throw reader.fault("an hour has no identities") }
            for _ in 0..<count {
                let digest = Digest128(high: try reader.integer(), low: try reader.integer())
                identities.append(EventIdentity(identity: digest, content: try reader.integer(), hour: hour))
            }
        }
        return identities
    }
}
