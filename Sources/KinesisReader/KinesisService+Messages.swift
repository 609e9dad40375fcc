import AWSClient
import UsageModel

// What goes over the wire, named as the service names it.
extension KinesisService {
    struct SummaryRequest: Encodable {
        var StreamName: String?
        var StreamARN: String?
    }

    struct SummaryAnswer: Decodable {
        struct Summary: Decodable {
            var StreamName: String?
            var StreamARN: String?
            var RetentionPeriodHours: Int64
            var StreamCreationTimestamp: Double
        }

        var StreamDescriptionSummary: Summary
    }

    struct ListRequest: Encodable {
        var StreamName: String?
        var StreamARN: String?
        var NextToken: String?
    }

    struct ListAnswer: Decodable {
        struct Shard: Decodable {
            struct Hashes: Decodable {
                var StartingHashKey: String
                var EndingHashKey: String
            }

            struct Numbers: Decodable {
                var EndingSequenceNumber: String?
            }

            var ShardId: String
            var ParentShardId: String?
            var AdjacentParentShardId: String?
            var HashKeyRange: Hashes
            var SequenceNumberRange: Numbers
        }

        var Shards: [Shard]
        var NextToken: String?
    }

    struct IteratorRequest: Encodable {
        var StreamName: String?
        var StreamARN: String?
        var ShardId: String
        var ShardIteratorType: String
        var StartingSequenceNumber: String?
        var Timestamp: Double?
    }

    struct IteratorAnswer: Decodable {
        var ShardIterator: String
    }

    struct RecordsRequest: Encodable {
        var ShardIterator: String
        var Limit: Int
        var StreamARN: String?
    }
}

extension ListedShard {
    init(_ shard: KinesisService.ListAnswer.Shard) throws(AWSDecodingError) {
        guard let start = UInt128(digits: shard.HashKeyRange.StartingHashKey.utf8),
            let end = UInt128(digits: shard.HashKeyRange.EndingHashKey.utf8), start <= end
        else { throw AWSDecodingError("the hash keys of \(shard.ShardId) are none") }
        self.init(
            id: ByteString(shard.ShardId),
            parents: [shard.ParentShardId, shard.AdjacentParentShardId].compactMap { $0 }.map { ByteString($0) },
            hashes: HashKeyRange(start...end), isClosed: shard.SequenceNumberRange.EndingSequenceNumber != nil)
    }
}
