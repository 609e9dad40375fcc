import AWSClient
import UsageModel

/// One request for records, with one for an iterator before it where there is none.
struct ShardFetch: Sendable {
    var shard: ByteString
    var iterator: String?
    var cursor: ShardCursor
    var taken: ShardPosition?
    var hashes: HashKeyRange
    var limit: Int
    var pass: Int

    func run(_ service: KinesisService) async -> FetchResult {
        let time = service.now
        do throws(AWSError) {
            let iterator: String
            if let known = self.iterator {
                iterator = known
            } else {
                iterator = try await service.iterator(shard, cursor)
            }
            var answer = try await service.records(at: iterator, limit: limit, taken: taken, hashes: hashes)
            answer.time = time
            answer.pass = pass
            return FetchResult(answer: .success(answer), time: service.now)
        } catch {
            return FetchResult(answer: .failure(error), time: service.now)
        }
    }
}

struct FetchResult: Sendable {
    var answer: Result<ShardAnswer, AWSError>
    /// When it was there.
    var time: Timestamp
}
