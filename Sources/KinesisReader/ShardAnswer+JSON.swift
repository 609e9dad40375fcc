import AWSClient
import UsageModel

// How an answer is read (https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html).
extension ShardAnswer {
    /// Reads the answer to GetRecords. O(bytes), with one copy of the data.
    /// - Parameters:
    ///   - taken: what was given out before and may come again; it is left out.
    ///   - hashes: the shard's hash keys. What was aggregated and lies outside belongs to another shard: its producer
    ///     aggregated for the shard before it was split. The producer sends it again
    ///     (https://github.com/awslabs/amazon-kinesis-producer, `retrier.cc`), so it is left out here. The rest of the
    ///     aggregated record is taken: a producer of today does not send that again.
    /// - Throws: where it is no such answer, or a sequence number or base64 in it is malformed.
    init(
        json: [UInt8], taken: ShardPosition?, hashes: HashKeyRange
    ) throws(AWSDecodingError) {
        var cursor = JSONCursor(json)
        var isFirst = true
        var isWhole = false
        var cut = EntryCut(taken: taken, hashes: hashes)
        slab.reserveCapacity(json.count / 4 * 3)
        while let name = try cursor.member(&isFirst) {
            if cursor.isName(name, "Records") {
                isWhole = true
                var isFirstRecord = true
                while try cursor.element(&isFirstRecord) { try readRecord(&cursor, &cut) }
            } else if cursor.isName(name, "NextShardIterator") {
                nextIterator = try cursor.text()
            } else if cursor.isName(name, "MillisBehindLatest") {
                if try cursor.peek() == UInt8(ascii: "n") {
                    try cursor.skip()
                } else {
                    millisBehindLatest = try cursor.thousandths() / 1_000
                }
            } else if cursor.isName(name, "ChildShards") {
                children = try ShardAnswer.children(&cursor)
            } else {
                try cursor.skip()
            }
        }
        guard isWhole else { throw AWSDecodingError("it holds no Records") }
        sawExpected = cut.sawExpected
    }

    private mutating func readRecord(_ cursor: inout JSONCursor, _ cut: inout EntryCut) throws(AWSDecodingError) {
        let start = slab.count
        var carrier: Carrier?
        var arrival: Timestamp?
        var (hasData, isFirst) = (false, true)
        while let name = try cursor.member(&isFirst) {
            if cursor.isName(name, "Data") {
                hasData = true
                let (range, isEscaped) = try cursor.string()
                let text = isEscaped ? try cursor.unescaped(range)[...] : cursor.bytes[range]
                guard Base64.decode(text, into: &slab) else { throw AWSDecodingError("a record's Data is no base64") }
            } else if cursor.isName(name, "SequenceNumber") {
                let range = try cursor.string().range
                guard let number = SequenceNumber(digits: cursor.bytes, in: range) else {
                    throw AWSDecodingError("a record's SequenceNumber is no number of up to 77 digits")
                }
                carrier = Carrier(number: number)
            } else if cursor.isName(name, "ApproximateArrivalTimestamp") {
                if try cursor.peek() == UInt8(ascii: "n") {
                    try cursor.skip()
                } else {
                    arrival = try cursor.timestamp()
                }
            } else if cursor.isName(name, "PartitionKey") {
                payloadBytes += try cursor.string().range.count
            } else {
                try cursor.skip()
            }
        }
        guard hasData, var carrier else { throw AWSDecodingError("a record has no Data or no SequenceNumber") }
        payloadBytes += slab.count - start
        carrier.arrival = arrival
        carriers.append(carrier)
        hasRecords = true
        cut.cut(&self, start..<slab.count)
    }

    /// Where the records of a shard go on, of which the answer at its end tells.
    private static func children(_ cursor: inout JSONCursor) throws(AWSDecodingError) -> [ListedShard] {
        if try cursor.peek() == UInt8(ascii: "n") {
            try cursor.skip()
            return []
        }
        var children: [ListedShard] = []
        var isFirst = true
        while try cursor.element(&isFirst) {
            var child = ListedShard(id: "")
            var isFirstMember = true
            while let name = try cursor.member(&isFirstMember) {
                if cursor.isName(name, "ShardId") {
                    child.id = ByteString(try cursor.text() ?? "")
                } else if cursor.isName(name, "ParentShards") {
                    var isFirstParent = true
                    while try cursor.element(&isFirstParent) {
                        child.parents.append(ByteString(try cursor.text() ?? ""))
                    }
                } else if cursor.isName(name, "HashKeyRange") {
                    child.hashes = try cursor.hashes()
                } else {
                    try cursor.skip()
                }
            }
            guard !child.id.bytes.isEmpty else { throw AWSDecodingError("a child shard has no ShardId") }
            children.append(child)
        }
        return children
    }
}

extension JSONCursor {
    /// Seconds since 1970, to the millisecond.
    fileprivate mutating func timestamp() throws(AWSDecodingError) -> Timestamp {
        let (nanoseconds, overflow) = try thousandths().multipliedReportingOverflow(by: 1_000_000)
        if overflow { throw AWSDecodingError("a time is out of range") }
        return Timestamp(nanoseconds: nanoseconds)
    }

    /// A HashKeyRange.
    fileprivate mutating func hashes() throws(AWSDecodingError) -> HashKeyRange {
        var (start, end): (UInt128?, UInt128?)
        var isFirst = true
        while let name = try member(&isFirst) {
            let key = UInt128(digits: bytes[try string().range])
            if isName(name, "StartingHashKey") { start = key } else { end = key }
        }
        guard let start, let end, start <= end else { throw AWSDecodingError("a HashKeyRange is none") }
        return HashKeyRange(start...end)
    }
}
