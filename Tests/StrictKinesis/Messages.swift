import FoundationEssentials
import UsageModel

// What goes over the wire, named as the API's pages name it.

protocol StreamNaming {
    var StreamName: String? { get }
    var StreamARN: String? { get }
}

struct StreamRequest: Decodable, StreamNaming {
    var StreamName: String?
    var StreamARN: String?
}

struct CreateRequest: Decodable {
    var StreamName: String
    var ShardCount: Int?
}

struct RetentionRequest: Decodable, StreamNaming {
    var StreamName: String?
    var StreamARN: String?
    var RetentionPeriodHours: Int
}

struct SummaryAnswer: Encodable {
    struct Summary: Encodable {
        var StreamName: String
        var StreamARN: String
        var StreamStatus: String
        var RetentionPeriodHours: Int
        var StreamCreationTimestamp: Double
        var EnhancedMonitoring: [String]
        var OpenShardCount: Int
    }

    var StreamDescriptionSummary: Summary
}

struct ListRequest: Decodable, StreamNaming {
    var StreamName: String?
    var StreamARN: String?
    var NextToken: String?
    var ExclusiveStartShardId: String?
    var MaxResults: Int?
    var ShardFilter: ShardFilter?
}

/// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ShardFilter.html
struct ShardFilter: Decodable {
    var `Type`: String
    var ShardId: String?
    var Timestamp: Double?

    func apply(_ shards: [Shard], _ time: UsageModel.Timestamp) throws(Fault) -> [Shard] {
        // What is trimmed is not listed, so that every shard has something at the horizon or after it.
        let moment = Timestamp.map { Int64($0 * 1_000) * 1_000_000 } ?? 0
        func isOpen(_ shard: Shard, since moment: Int64) -> Bool {
            shard.closed.map { $0.time.nanoseconds >= moment } ?? true
        }
        switch Type {
        case "AFTER_SHARD_ID":
            guard let ShardId else { throw .argument("ShardId is missing") }
            return shards.filter { $0.id > ShardId }
        case "AT_LATEST": return shards.filter { !$0.isClosed }
        case "FROM_TRIM_HORIZON": return shards
        case "AT_TRIM_HORIZON":
            return shards.filter { shard in shard.parents.allSatisfy { id in !shards.contains { $0.id == id } } }
        case "FROM_TIMESTAMP", "AT_TIMESTAMP":
            if Timestamp == nil { throw .argument("Timestamp is missing") }
            return shards.filter { isOpen($0, since: moment) }
        default: throw .argument("\(Type) is no type of ShardFilter")
        }
    }
}

struct HashKeyRange: Encodable {
    var StartingHashKey: String
    var EndingHashKey: String

    init(_ range: ClosedRange<UInt128>) {
        StartingHashKey = String(range.lowerBound)
        EndingHashKey = String(range.upperBound)
    }
}

struct ShardDescription: Encodable {
    struct Numbers: Encodable {
        var StartingSequenceNumber: String
        var EndingSequenceNumber: String?
    }

    var ShardId: String
    var ParentShardId: String?
    var AdjacentParentShardId: String?
    var HashKeyRange: StrictKinesis.Hashes
    var SequenceNumberRange: Numbers

    init(_ shard: Shard) {
        ShardId = shard.id
        ParentShardId = shard.parents.first
        AdjacentParentShardId = shard.parents.count > 1 ? shard.parents[1] : nil
        HashKeyRange = StrictKinesis.Hashes(shard.hashes)
        SequenceNumberRange = Numbers(
            StartingSequenceNumber: shard.first, EndingSequenceNumber: shard.closed?.number)
    }
}

extension StrictKinesis {
    typealias Hashes = HashKeyRange
}

struct ChildDescription: Encodable {
    var ShardId: String
    var ParentShards: [String]
    var HashKeyRange: StrictKinesis.Hashes

    init(_ shard: Shard) {
        ShardId = shard.id
        ParentShards = shard.parents
        HashKeyRange = StrictKinesis.Hashes(shard.hashes)
    }
}

struct ListAnswer: Encodable {
    var Shards: [ShardDescription]
    var NextToken: String?
}

struct SplitRequest: Decodable, StreamNaming {
    var StreamName: String?
    var StreamARN: String?
    var ShardToSplit: String
    var NewStartingHashKey: String
}

struct MergeRequest: Decodable, StreamNaming {
    var StreamName: String?
    var StreamARN: String?
    var ShardToMerge: String
    var AdjacentShardToMerge: String
}

struct PutEntry: Decodable {
    var Data: FoundationEssentials.Data
    var PartitionKey: String
    var ExplicitHashKey: String?

    init(data: [UInt8], key: String, hashKey: String? = nil) {
        Data = FoundationEssentials.Data(data)
        PartitionKey = key
        ExplicitHashKey = hashKey
    }

    init(_ request: PutRecordRequest) {
        Data = request.Data
        PartitionKey = request.PartitionKey
        ExplicitHashKey = request.ExplicitHashKey
    }
}

struct PutRecordRequest: Decodable, StreamNaming {
    var StreamName: String?
    var StreamARN: String?
    var Data: FoundationEssentials.Data
    var PartitionKey: String
    var ExplicitHashKey: String?
}

struct PutRecordsRequest: Decodable, StreamNaming {
    var StreamName: String?
    var StreamARN: String?
    var Records: [PutEntry]
}

struct PutAnswer: Encodable {
    var ShardId: String
    var SequenceNumber: String
}

struct PutRecordsAnswer: Encodable {
    var FailedRecordCount: Int
    var Records: [PutAnswer]
}

struct IteratorRequest: Decodable, StreamNaming {
    var StreamName: String?
    var StreamARN: String?
    var ShardId: String
    var ShardIteratorType: String
    var StartingSequenceNumber: String?
    var Timestamp: Double?
}

struct IteratorAnswer: Encodable {
    var ShardIterator: String
}

struct RecordsRequest: Decodable {
    var ShardIterator: String
    var Limit: Int?
}

struct RecordDescription: Encodable {
    var SequenceNumber: String
    var ApproximateArrivalTimestamp: Double
    var Data: FoundationEssentials.Data
    var PartitionKey: String

    init(_ record: Shard.Record) {
        SequenceNumber = record.number
        ApproximateArrivalTimestamp = record.arrival.seconds
        Data = FoundationEssentials.Data(record.data)
        PartitionKey = record.key
    }
}

struct RecordsAnswer: Encodable {
    var Records: [RecordDescription]
    var NextShardIterator: String?
    var MillisBehindLatest: Int64
    var ChildShards: [ChildDescription]?

    init(Records: [RecordDescription], MillisBehindLatest: Int64) {
        self.Records = Records
        self.MillisBehindLatest = MillisBehindLatest
    }
}
