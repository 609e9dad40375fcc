import UsageModel

extension CommitCodec {
    /// - Throws: what is wrong and where, whatever the bytes; it never traps.
    static func decode(_ payload: [UInt8]) throws(CodecError) -> Commit {
        var reader = ByteReader(payload)
        guard try reader.byte() == version else {
            throw reader.fault("the commit is of a version that is not known here")
        }
        var commit = Commit(configuration: try reader.digest(), tenants: try reader.digest())
        if try reader.flag() { commit.watermark = Timestamp(nanoseconds: try reader.signed()) }
        for _ in 0..<(try reader.count(ofSize: 4)) {
            let partition = Partition(
                source: try reader.text(), id: ByteString(try reader.counted()), descriptor: try reader.counted())
            commit.partitions.append(
                PartitionState(partition: partition, position: try Position.decode(from: &reader)))
        }
        for _ in 0..<(try reader.count(ofSize: 41)) { commit.ranges.append(try range(from: &reader)) }
        commit.delta = try delta(from: &reader)
        for _ in 0..<(try reader.count(ofSize: 6)) { commit.quarantine.append(try quarantined(from: &reader)) }
        commit.identities = try identities(from: &reader)
        try reader.end()
        if let message = inconsistency(in: commit) { throw reader.fault(message) }
        return commit
    }

    private static func range(from reader: inout ByteReader) throws(CodecError) -> Commit.SourceRange {
        let partition = try reader.varint(UInt32.self)
        let start = try Position.decode(from: &reader)
        let range = PositionRange(start: start, end: try Position.decode(from: &reader))
        let digest = try reader.digest()
        let counts = RecordCounts(
            accepted: try reader.varint(), duplicates: try reader.varint(), conflicts: try reader.varint(),
            rejected: try reader.varint(), unmapped: try reader.varint())
        return Commit.SourceRange(
            partition: partition, range: range, digest: digest, counts: counts, records: try reader.varint())
    }

    static func delta(from reader: inout ByteReader) throws(CodecError) -> UsageDelta {
        var delta = UsageDelta(meters: [], entries: [])
        for _ in 0..<(try reader.count(ofSize: 3)) {
            let name = try reader.text()
            guard let aggregation = Meter.Aggregation(tag: try reader.byte()) else {
                throw reader.fault("an aggregation is not known here")
            }
            var dimensions: [String] = []
            for _ in 0..<(try reader.count()) { dimensions.append(try reader.text()) }
            delta.meters.append(
                UsageDelta.MeterHeader(name: name, aggregation: aggregation, dimensions: dimensions))
        }
        let count = try reader.count(ofSize: 6)
        delta.entries.reserveCapacity(count)
        for _ in 0..<count { delta.entries.append(try entry(of: delta.meters, from: &reader)) }
        return delta
    }

    private static func entry(
        of meters: [UsageDelta.MeterHeader], from reader: inout ByteReader
    ) throws(CodecError) -> UsageDelta.Entry {
        let meter = try reader.varint(UInt32.self)
        guard meter < meters.count else { throw reader.fault("an entry names no meter") }
        let isCorrection = try reader.flag()
        let window = Window(
            start: Timestamp(nanoseconds: try reader.signed()), end: Timestamp(nanoseconds: try reader.signed()))
        let tenant = ByteString(try reader.counted())
        var dimensions: [ByteString?] = []
        for _ in meters[Int(meter)].dimensions {
            let length = try reader.varint(UInt64.self)
            guard length <= UInt64(reader.remaining) + 1 else { throw reader.fault("it ends too soon") }
            dimensions.append(length == 0 ? nil : ByteString(try reader.raw(Int(length) - 1)))
        }
        let events = try reader.varint(UInt64.self)
        let aggregate: Aggregate =
            switch meters[Int(meter)].aggregation {
            case .count: .count(events: events)
            case .sum: .sum(Quantity(units: try reader.wideSigned()), events: events)
            case .min: .min(Quantity(units: try reader.wideSigned()), events: events)
            case .max: .max(Quantity(units: try reader.wideSigned()), events: events)
            }
        return UsageDelta.Entry(
            meter: meter, tenant: tenant, dimensions: dimensions, window: window, aggregate: aggregate,
            isCorrection: isCorrection)
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
