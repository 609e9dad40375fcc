import Crypto

/// Several user records that the Kinesis Producer Library put into one record of the stream
/// (https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md): a magic number, a protobuf
/// message, and the MD5 of the message, which is no more than a checksum here.
struct AggregatedRecord: Hashable {
    struct Element: Hashable {
        /// Where the user record's data lies.
        var data: Range<Int>
        /// What decides which shard it belongs to.
        var hashKey: UInt128
    }

    var elements: [Element] = []

    private static let magic: [UInt8] = [0xF3, 0x89, 0x9A, 0xC2]

    /// Reads the data of a record. `nil` where it is none of this kind, its checksum is wrong, or its message is broken:
    /// then it is a record like any other, as the Kinesis Client Library takes it.
    init?(_ bytes: [UInt8], in range: Range<Int>) {
        let digestBytes = Insecure.MD5.byteCount
        guard range.count > AggregatedRecord.magic.count + digestBytes,
            bytes[range].starts(with: AggregatedRecord.magic)
        else { return nil }
        let message = range.lowerBound + AggregatedRecord.magic.count..<range.upperBound - digestBytes
        guard Insecure.MD5.hash(data: bytes[message]).elementsEqual(bytes[message.upperBound..<range.upperBound])
        else { return nil }
        do throws(ProtobufFields.Malformed) {
            try read(bytes, message)
        } catch { return nil }
    }

    /// The hash key of a partition key: its MD5 as a number
    /// (https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#partition-key).
    static func hashKey(of partitionKey: ArraySlice<UInt8>) -> UInt128 {
        Insecure.MD5.hash(data: partitionKey).reduce(0) { $0 << 8 | UInt128($1) }
    }

    private mutating func read(_ bytes: [UInt8], _ message: Range<Int>) throws(ProtobufFields.Malformed) {
        var keys: [Range<Int>] = []
        var explicitKeys: [Range<Int>] = []
        var records: [Range<Int>] = []
        var fields = ProtobufFields(bytes, in: message)
        while let field = try fields.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let range)): keys.append(range)
            case (2, .bytes(let range)): explicitKeys.append(range)
            case (3, .bytes(let range)): records.append(range)
            case (1...3, _): throw ProtobufFields.Malformed()
            default: continue
            }
        }
        // A key that stands in the table once is hashed once.
        var hashed: [UInt128?] = Array(repeating: nil, count: keys.count)
        elements.reserveCapacity(records.count)
        for record in records {
            let parts = try AggregatedRecord.parts(bytes, record)
            if let index = parts.explicitKey {
                guard index < explicitKeys.count, let key = UInt128(digits: bytes[explicitKeys[Int(index)]]) else {
                    throw ProtobufFields.Malformed()
                }
                guard parts.key < keys.count else { throw ProtobufFields.Malformed() }
                elements.append(Element(data: parts.data, hashKey: key))
            } else {
                guard parts.key < keys.count else { throw ProtobufFields.Malformed() }
                let index = Int(parts.key)
                let key = hashed[index] ?? AggregatedRecord.hashKey(of: bytes[keys[index]])
                hashed[index] = key
                elements.append(Element(data: parts.data, hashKey: key))
            }
        }
    }

    private static func parts(
        _ bytes: [UInt8], _ record: Range<Int>
    ) throws(ProtobufFields.Malformed) -> (key: UInt64, explicitKey: UInt64?, data: Range<Int>) {
        var key: UInt64?
        var explicitKey: UInt64?
        var data: Range<Int>?
        var fields = ProtobufFields(bytes, in: record)
        while let field = try fields.next() {
            switch (field.number, field.value) {
            case (1, .number(let index)): key = index
            case (2, .number(let index)): explicitKey = index
            case (3, .bytes(let range)): data = range
            case (1...3, _): throw ProtobufFields.Malformed()
            default: continue
            }
        }
        guard let key, let data else { throw ProtobufFields.Malformed() }
        return (key, explicitKey, data)
    }
}
