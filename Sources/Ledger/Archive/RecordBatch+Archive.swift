import UsageModel

// A batch as the contents of a block: all that a reader gave, so that the same comes out of it. The layout stands in
// `Schemas/archive.md`. What the block's key says is not said again.
extension RecordBatch {
    func encodedForArchive() -> [UInt8] {
        var writer = ByteWriter(capacity: bytes.count + 8 * records.count + 128)
        writer.counted(partition.descriptor)
        writer.counted(header)
        writer.byte((reachesEnd ? 1 : 0) | (isLast ? 2 : 0) | (oversized == nil ? 0 : 4) | (refusal == nil ? 0 : 8))
        writer.varint(storedBytes)
        if let oversized {
            writer.varint(oversized.length)
            writer.digest(oversized.digest)
        }
        if let refusal {
            writer.byte(refusal.reason.rawValue)
            writer.text(refusal.detail)
        }
        writer.count(records.count)
        var end: UInt32 = 0
        for record in records {
            precondition(record.start >= end, "the records of a batch stand one behind the other")
            writer.varint(record.start - end)
            writer.varint(record.length)
            end = record.start + record.length
        }
        writer.count(places.count)
        for place in places { Position.shard(place).encode(to: &writer) }
        writer.raw(bytes[..<contentCount])
        return writer.bytes
    }

    /// - Throws: what is wrong, when the bytes are not what ``encodedForArchive()`` gives for such a range.
    static func decode(archived contents: [UInt8], source: String, of key: ArchiveKey) throws(CodecError) -> RecordBatch
    {
        var reader = ByteReader(contents)
        let descriptor = try reader.counted()
        let header = try reader.counted()
        let flags = try reader.byte()
        guard flags < 16 else { throw reader.fault("a batch has marks that are not known here") }
        let storedBytes = try reader.varint(UInt64.self)
        var oversized: Oversized?
        if flags & 4 != 0 { oversized = Oversized(length: try reader.varint(), digest: try reader.digest()) }
        var refusal: Refusal?
        if flags & 8 != 0 {
            guard let reason = RejectReason(rawValue: try reader.byte()) else {
                throw reader.fault("a refusal has a reason that is not known here")
            }
            refusal = Refusal(reason, try reader.text())
        }
        let records = try decodeRecords(from: &reader)
        let places = try decodePlaces(from: &reader)
        if case .shard = key.range.start, places.count != records.count {
            throw reader.fault("\(places.count) places are given for \(records.count) records")
        }
        if let last = records.last, Int(last.start) + Int(last.length) > reader.remaining {
            throw reader.fault("the records are longer than the bytes that follow")
        }
        let bytes = try reader.raw(reader.remaining) + [UInt8](repeating: 0, count: padding)
        var batch = RecordBatch(
            partition: Partition(source: source, id: key.id, descriptor: descriptor), range: key.range, bytes: bytes,
            records: records, oversized: oversized, reachesEnd: flags & 1 != 0)
        (batch.header, batch.refusal, batch.places) = (header, refusal, places)
        (batch.storedBytes, batch.isLast) = (storedBytes, flags & 2 != 0)
        return batch
    }

    private static func decodeRecords(from reader: inout ByteReader) throws(CodecError) -> [Record] {
        let count = try reader.count(ofSize: 2)
        var records: [Record] = []
        records.reserveCapacity(count)
        var end: UInt64 = 0
        for _ in 0..<count {
            let (gap, length) = (try reader.varint(UInt32.self), try reader.varint(UInt32.self))
            let start = end + UInt64(gap)
            end = start + UInt64(length)
            guard end <= UInt64(Int32.max) else { throw reader.fault("a record lies beyond 2 GiB") }
            records.append(Record(start: UInt32(start), length: length))
        }
        return records
    }

    private static func decodePlaces(from reader: inout ByteReader) throws(CodecError) -> [ShardPosition] {
        let count = try reader.count()
        var places: [ShardPosition] = []
        places.reserveCapacity(count)
        for _ in 0..<count {
            guard case .shard(let place) = try Position.decode(from: &reader) else {
                throw reader.fault("a record's place is none in a shard")
            }
            places.append(place)
        }
        return places
    }
}
