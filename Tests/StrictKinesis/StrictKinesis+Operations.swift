import FoundationEssentials
import UsageModel

extension StrictKinesis.State {
    mutating func perform(_ operation: String, _ body: [UInt8], _ time: Timestamp) throws(Fault) -> [UInt8] {
        for name in streams.keys { streams[name]?.trim(time) }
        switch operation {
        case "CreateStream": return try create(decoded(body), time)
        case "DeleteStream":
            let name = try name(decoded(body, as: StreamRequest.self))
            streams[name] = nil
            return []
        case "DescribeStreamSummary": return try describe(decoded(body), time)
        case "IncreaseStreamRetentionPeriod", "DecreaseStreamRetentionPeriod": return try retain(decoded(body))
        case "ListShards": return try list(decoded(body), time)
        case "SplitShard": return try split(decoded(body), time)
        case "MergeShards": return try merge(decoded(body), time)
        case "PutRecord":
            let request: PutRecordRequest = try decoded(body)
            let name = try name(request)
            return StrictKinesis.encode(
                try put(PutEntry(request), into: name, time))
        case "PutRecords": return try put(decoded(body), time)
        case "GetShardIterator": return try iterator(decoded(body), time)
        case "GetRecords": return try records(decoded(body), time)
        default: throw Fault("UnknownOperationException", "\(operation) is not there")
        }
    }

    private func decoded<Request: Decodable>(
        _ body: [UInt8], as type: Request.Type = Request.self
    ) throws(Fault) -> Request {
        do { return try JSONDecoder().decode(type, from: Data(body)) } catch {
            throw Fault("SerializationException", "\(error)")
        }
    }

    /// The name of the stream that is meant, which has to be there.
    func name(_ request: some StreamNaming) throws(Fault) -> String {
        let fromARN = request.StreamARN.map { String($0.split(separator: "/").last ?? "") }
        guard let name = request.StreamName ?? fromARN else {
            throw .argument("either StreamName or StreamARN has to be there")
        }
        guard let stream = streams[name] else { throw .missing("Stream \(name) under account 123456789012") }
        if let arn = request.StreamARN, arn != stream.arn { throw .missing("Stream \(arn)") }
        return name
    }

    /// Lets no more than `count` operations through in a second.
    private mutating func limit(_ operation: String, _ count: Int, _ time: Timestamp) throws(Fault) {
        guard settings.throttles else { return }
        recent[operation, default: []].removeAll { time.nanoseconds - $0.nanoseconds >= 1_000_000_000 }
        if recent[operation, default: []].count >= count {
            throw Fault("LimitExceededException", "Rate exceeded for \(operation)")
        }
        recent[operation, default: []].append(time)
    }

    private mutating func create(_ request: CreateRequest, _ time: Timestamp) throws(Fault) -> [UInt8] {
        if streams[request.StreamName] != nil {
            throw Fault("ResourceInUseException", "Stream \(request.StreamName) already exists.")
        }
        var stream = Stream(name: request.StreamName, created: time)
        let count = request.ShardCount ?? 4
        guard count >= 0 else { throw .argument("ShardCount is negative") }
        let width = count > 1 ? UInt128.max / UInt128(count) : UInt128.max
        for number in 0..<count {
            let start = UInt128(number) * width + (number == 0 ? 0 : 1)
            let end = number == count - 1 ? UInt128.max : UInt128(number + 1) * width
            stream.addShard(start...end, at: time)
        }
        streams[request.StreamName] = stream
        return []
    }

    private mutating func describe(_ request: StreamRequest, _ time: Timestamp) throws(Fault) -> [UInt8] {
        try limit("DescribeStreamSummary", 20, time)
        let stream = streams[try name(request)]
        return StrictKinesis.encode(
            SummaryAnswer(
                StreamDescriptionSummary: SummaryAnswer.Summary(
                    StreamName: stream?.name ?? "", StreamARN: stream?.arn ?? "", StreamStatus: "ACTIVE",
                    RetentionPeriodHours: stream?.retentionHours ?? 0,
                    StreamCreationTimestamp: (stream?.created ?? time).seconds,
                    EnhancedMonitoring: [], OpenShardCount: stream?.shards.count { !$0.isClosed } ?? 0)))
    }

    private mutating func retain(_ request: RetentionRequest) throws(Fault) -> [UInt8] {
        guard (24...8_760).contains(request.RetentionPeriodHours) else {
            throw .argument("RetentionPeriodHours is 24 to 8760")
        }
        streams[try name(request)]?.retentionHours = request.RetentionPeriodHours
        return []
    }

    private mutating func list(_ request: ListRequest, _ time: Timestamp) throws(Fault) -> [UInt8] {
        try limit("ListShards", 100, time)
        var (after, streamName) = (request.ExclusiveStartShardId, "")
        if let token = request.NextToken {
            if request.StreamName != nil || after != nil || request.ShardFilter != nil {
                throw .argument("NextToken and StreamName cannot be provided together.")
            }
            guard let page = tokens[token] else { throw .argument("NextToken is none of this service.") }
            guard time.nanoseconds - page.time.nanoseconds <= 300_000_000_000 else {
                throw Fault("ExpiredNextTokenException", "The NextToken has expired.")
            }
            (after, streamName) = (page.shard, page.stream)
        } else {
            streamName = try name(request)
        }
        guard let stream = streams[streamName] else { throw .missing("Stream \(streamName)") }
        var shards = stream.shards.filter { shard in after.map { shard.id > $0 } ?? true }
        if let filter = request.ShardFilter { shards = try filter.apply(shards, time) }
        let maximum = min(request.MaxResults ?? 1_000, settings.pageShards)
        guard maximum > 0 else { throw .argument("MaxResults is 1 to 10000") }
        var token: String?
        if shards.count > maximum {
            shards.removeLast(shards.count - maximum)
            let next = self.token()
            tokens[next] = PageToken(stream: streamName, shard: shards[maximum - 1].id, time: time)
            token = next
        }
        return StrictKinesis.encode(ListAnswer(Shards: shards.map(ShardDescription.init), NextToken: token))
    }

    private mutating func split(_ request: SplitRequest, _ time: Timestamp) throws(Fault) -> [UInt8] {
        let name = try name(request)
        guard var stream = streams[name] else { throw .missing(name) }
        guard let index = stream.index(of: request.ShardToSplit) else { throw .missing(request.ShardToSplit) }
        let hashes = stream.shards[index].hashes
        guard !stream.shards[index].isClosed else { throw .argument("\(request.ShardToSplit) is closed") }
        guard let key = UInt128(request.NewStartingHashKey), key > hashes.lowerBound + 1, key < hashes.upperBound
        else { throw .argument("NewStartingHashKey has to lie inside the shard's range") }
        let parent = stream.shards[index].id
        stream.shards[index].closed = (stream.nextNumber(in: stream.shards[index].number, time), time)
        stream.addShard(hashes.lowerBound...(key - 1), parents: [parent], at: time)
        stream.addShard(key...hashes.upperBound, parents: [parent], at: time)
        streams[name] = stream
        return []
    }

    private mutating func merge(_ request: MergeRequest, _ time: Timestamp) throws(Fault) -> [UInt8] {
        let name = try name(request)
        guard var stream = streams[name] else { throw .missing(name) }
        var indices: [Int] = []
        for id in [request.ShardToMerge, request.AdjacentShardToMerge] {
            guard let index = stream.index(of: id) else { throw .missing(id) }
            guard !stream.shards[index].isClosed else { throw .argument("\(id) is closed") }
            indices.append(index)
        }
        let ranges = indices.map { stream.shards[$0].hashes }.sorted { $0.lowerBound < $1.lowerBound }
        guard ranges[0].upperBound < .max, ranges[0].upperBound + 1 == ranges[1].lowerBound else {
            throw .argument("the shards are not adjacent")
        }
        for index in indices {
            stream.shards[index].closed = (stream.nextNumber(in: stream.shards[index].number, time), time)
        }
        stream.addShard(
            ranges[0].lowerBound...ranges[1].upperBound,
            parents: [request.ShardToMerge, request.AdjacentShardToMerge], at: time)
        streams[name] = stream
        return []
    }
}

extension Timestamp {
    var seconds: Double { Double(nanoseconds / 1_000_000) / 1_000 }
}
