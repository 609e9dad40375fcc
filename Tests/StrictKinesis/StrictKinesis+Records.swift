import FoundationEssentials
import UsageModel

extension StrictKinesis.State {
    mutating func put(_ entry: PutEntry, into name: String, _ time: Timestamp) throws(Fault) -> PutAnswer {
        guard entry.PartitionKey.unicodeScalars.count <= 256, !entry.PartitionKey.isEmpty else {
            throw Fault("ValidationException", "PartitionKey has 1 to 256 characters")
        }
        guard entry.Data.count + entry.PartitionKey.utf8.count <= 1 << 20 else {
            throw Fault("ValidationException", "Data and PartitionKey have 1 MiB at most")
        }
        var key = Stream.hashKey(of: entry.PartitionKey)
        if let text = entry.ExplicitHashKey {
            guard let explicit = UInt128(text) else { throw .argument("ExplicitHashKey is no number of 128 bits") }
            key = explicit
        }
        guard let index = streams[name]?.openShard(for: key) else { throw .missing("Shard of \(name)") }
        return put(entry, into: name, index, time)
    }

    @discardableResult
    mutating func put(_ entry: PutEntry, into name: String, _ index: Int, _ time: Timestamp) -> PutAnswer {
        guard var stream = streams[name] else { return PutAnswer(ShardId: "", SequenceNumber: "") }
        streams[name] = nil
        let number = stream.nextNumber(in: stream.shards[index].number, time)
        stream.shards[index].records.append(
            Shard.Record(number: number, arrival: time, key: entry.PartitionKey, data: Array(entry.Data)))
        let answer = PutAnswer(ShardId: stream.shards[index].id, SequenceNumber: number)
        streams[name] = stream
        return answer
    }

    mutating func put(_ request: PutRecordsRequest, _ time: Timestamp) throws(Fault) -> [UInt8] {
        guard (1...500).contains(request.Records.count) else {
            throw Fault("ValidationException", "Records has 1 to 500 entries")
        }
        let name = try name(request)
        var answers: [PutAnswer] = []
        for entry in request.Records { answers.append(try put(entry, into: name, time)) }
        return StrictKinesis.encode(PutRecordsAnswer(FailedRecordCount: 0, Records: answers))
    }

    mutating func iterator(_ request: IteratorRequest, _ time: Timestamp) throws(Fault) -> [UInt8] {
        let name = try name(request)
        guard var stream = streams[name] else { throw .missing(name) }
        guard let index = stream.index(of: request.ShardId) else {
            throw .missing("Shard \(request.ShardId) in stream \(name) under account 123456789012")
        }
        if settings.throttles {
            stream.shards[index].iterators.removeAll { time.nanoseconds - $0.nanoseconds >= 1_000_000_000 }
            if stream.shards[index].iterators.count >= 5 { throw StrictKinesis.State.exceeded(request.ShardId) }
            stream.shards[index].iterators.append(time)
            streams[name] = stream
        }
        let shard = stream.shards[index]
        let start = try StrictKinesis.State.start(of: request, in: shard, time)
        let token = token()
        iterators[token] = Iterator(
            stream: name, created: stream.created, shard: shard.id, index: max(start, shard.discarded), time: time)
        return StrictKinesis.encode(IteratorAnswer(ShardIterator: token))
    }

    private static func exceeded(_ shard: String) -> Fault {
        Fault("ProvisionedThroughputExceededException", "Rate exceeded for shard \(shard).")
    }

    private static func start(
        of request: IteratorRequest, in shard: Shard, _ time: Timestamp
    ) throws(Fault) -> Int {
        switch request.ShardIteratorType {
        case "TRIM_HORIZON": return 0
        case "LATEST": return shard.end
        case "AT_TIMESTAMP":
            guard let seconds = request.Timestamp else { throw .argument("Timestamp is missing") }
            let wanted = Int64((seconds * 1_000).rounded()) * 1_000_000
            guard wanted <= time.nanoseconds else {
                throw .argument(
                    "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis.")
            }
            let first = shard.records.firstIndex { $0.arrival.nanoseconds / 1_000_000 >= wanted / 1_000_000 }
            return first.map { $0 + shard.discarded } ?? shard.end
        case "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER":
            guard let number = request.StartingSequenceNumber else {
                throw .argument("StartingSequenceNumber is missing")
            }
            guard number.utf8.count == 56, number.utf8.allSatisfy({ $0 &- 0x30 < 10 }), number >= shard.first,
                shard.closed.map({ number <= $0.number }) ?? true
            else {
                throw .argument(
                    "StartingSequenceNumber \(number) used in GetShardIterator on shard \(shard.id) is invalid.")
            }
            let isAfter = request.ShardIteratorType == "AFTER_SEQUENCE_NUMBER"
            // What was discarded is silently passed.
            let first = shard.records.firstIndex { isAfter ? $0.number > number : $0.number >= number }
            return first.map { $0 + shard.discarded } ?? shard.end
        default: throw .argument("\(request.ShardIteratorType) is no ShardIteratorType")
        }
    }

    mutating func records(_ request: RecordsRequest, _ time: Timestamp) throws(Fault) -> [UInt8] {
        guard let iterator = iterators[request.ShardIterator] else {
            throw .argument("Invalid ShardIterator.")
        }
        let limit = request.Limit ?? 10_000
        guard (1...10_000).contains(limit) else { throw .argument("Limit is 1 to 10000") }
        guard time.nanoseconds - iterator.time.nanoseconds <= 300_000_000_000 else {
            iterators[request.ShardIterator] = nil
            throw Fault("ExpiredIteratorException", "Iterator expired.")
        }
        guard var stream = streams[iterator.stream], stream.created == iterator.created,
            let place = stream.index(of: iterator.shard)
        else { throw .missing("Shard \(iterator.shard)") }
        try admit(&stream.shards[place], time)
        let shard = stream.shards[place]
        let start = max(iterator.index, shard.discarded)
        let (end, bytes) = extent(of: shard, from: start, limit)
        stream.shards[place].busyUntil = Timestamp(nanoseconds: time.nanoseconds + Int64(bytes) * 1_000_000_000 >> 21)
        streams[iterator.stream] = stream
        var answer = RecordsAnswer(
            Records: shard.records[(start - shard.discarded)..<(end - shard.discarded)].map(RecordDescription.init),
            MillisBehindLatest: StrictKinesis.State.behind(shard, start: start, end: end, time))
        let isOver = shard.isClosed && end == shard.end && (start == end || draw(100) < settings.endsWithRecords)
        if isOver {
            if settings.givesChildShards {
                answer.ChildShards = stream.shards.filter { $0.parents.contains(shard.id) }.map(ChildDescription.init)
            }
        } else {
            let token = token()
            iterators[token] = Iterator(
                stream: iterator.stream, created: iterator.created, shard: shard.id, index: end, time: time)
            answer.NextShardIterator = token
        }
        if iterators.count > 10_000 {
            iterators = iterators.filter { time.nanoseconds - $0.value.time.nanoseconds <= 600_000_000_000 }
        }
        return StrictKinesis.encode(answer)
    }

    /// 5 reads a second, and 2 MB.
    private func admit(_ shard: inout Shard, _ time: Timestamp) throws(Fault) {
        guard settings.throttles else { return }
        shard.reads.removeAll { time.nanoseconds - $0.nanoseconds >= 1_000_000_000 }
        if shard.reads.count >= 5 || time < shard.busyUntil { throw StrictKinesis.State.exceeded(shard.id) }
        shard.reads.append(time)
    }

    /// Where an answer ends, and how many bytes it has.
    private mutating func extent(of shard: Shard, from start: Int, _ limit: Int) -> (end: Int, bytes: Int) {
        if start < shard.end, draw(100) < settings.emptyAnswers { return (start, 0) }
        var (end, bytes) = (start, 0)
        while end < shard.end, end - start < min(limit, settings.answerRecords) {
            let record = shard.records[end - shard.discarded]
            let size = record.data.count + record.key.utf8.count
            if end > start, bytes + size > settings.answerBytes { break }
            bytes += size
            end += 1
        }
        return (end, bytes)
    }

    /// How far the answer is from the tip. It is zero too where the rest came in the same millisecond.
    private static func behind(_ shard: Shard, start: Int, end: Int, _ time: Timestamp) -> Int64 {
        guard end < shard.end, let last = shard.records.last else { return 0 }
        if start == end { return max(1, (time.nanoseconds - last.arrival.nanoseconds) / 1_000_000) }
        let arrival = shard.records[end - 1 - shard.discarded].arrival
        return (last.arrival.nanoseconds - arrival.nanoseconds) / 1_000_000
    }
}
