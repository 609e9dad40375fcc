import AWSClient
import FoundationEssentials
import UsageModel

/// The operations of the service that reading takes, on one stream
/// (https://docs.aws.amazon.com/kinesis/latest/APIReference/).
struct KinesisService: Sendable {
    let client: AWSClient
    /// A name or an ARN.
    let stream: String
    let time: AWSTime

    /// Now, by the service's clock as far as it is known.
    var now: Timestamp { time.now().adding(client.clockOffset) }

    /// A token for the next page is good for 300 seconds; a list that takes longer is begun again, so often.
    private static let attempts = 3
    /// ListShards may be asked 100 times a second.
    private static let pagePause = Duration.milliseconds(10)

    private var name: String? { stream.hasPrefix("arn:") ? nil : stream }
    private var arn: String? { stream.hasPrefix("arn:") ? stream : nil }

    /// What the stream is like, then all of its shards.
    func survey() async throws(AWSError) -> StreamSurvey {
        let (summary, time) = try await summary()
        var attempt = 1
        while true {
            do throws(AWSError) {
                return StreamSurvey(summary: summary, shards: try await shards(), time: time)
            } catch {
                guard error.code == "ExpiredNextTokenException", attempt < KinesisService.attempts else { throw error }
                attempt += 1
            }
        }
    }

    private func summary() async throws(AWSError) -> (StreamSummary, Timestamp) {
        let asked = now
        let request = try self.request("DescribeStreamSummary", SummaryRequest(StreamName: name, StreamARN: arn))
        return try await client.send(request) { (response) throws(AWSDecodingError) in
            let answer = try KinesisService.decode(SummaryAnswer.self, response).StreamDescriptionSummary
            let created = Int64((answer.StreamCreationTimestamp * 1_000).rounded())
            let summary = StreamSummary(
                identity: answer.StreamARN ?? answer.StreamName ?? stream,
                created: Timestamp(nanoseconds: created * 1_000_000),
                retention: .seconds(answer.RetentionPeriodHours * 3_600))
            return (summary, response.header("date").flatMap { Timestamp(httpDate: $0) } ?? asked)
        }
    }

    private func shards() async throws(AWSError) -> [ListedShard] {
        var shards: [ListedShard] = []
        var token: String?
        repeat {
            // The token says which stream is meant, and a name beside it is refused.
            let request = try self.request(
                "ListShards", ListRequest(StreamName: token == nil ? name : nil, StreamARN: arn, NextToken: token))
            let page = try await client.send(request) { (response) throws(AWSDecodingError) in
                let page = try KinesisService.decode(ListAnswer.self, response)
                var shards: [ListedShard] = []
                for shard in page.Shards { shards.append(try ListedShard(shard)) }
                return (shards, page.NextToken)
            }
            shards += page.0
            token = page.1
            if token != nil {
                do { try await time.sleep(KinesisService.pagePause) } catch {
                    throw AWSError(kind: .cancelled, message: "cancelled")
                }
            }
        } while token != nil
        return shards
    }

    func iterator(_ shard: ByteString, _ cursor: ShardCursor) async throws(AWSError) -> String {
        var body = IteratorRequest(
            StreamName: name, StreamARN: arn, ShardId: shard.description, ShardIteratorType: "TRIM_HORIZON")
        switch cursor {
        case .horizon: break
        case .time(let time):
            body.ShardIteratorType = "AT_TIMESTAMP"
            body.Timestamp = Double(time.nanoseconds / 1_000_000) / 1_000
        case .after(let number):
            body.ShardIteratorType = "AFTER_SEQUENCE_NUMBER"
            body.StartingSequenceNumber = number.description
        case .at(let number):
            body.ShardIteratorType = "AT_SEQUENCE_NUMBER"
            body.StartingSequenceNumber = number.description
        }
        let request = try self.request("GetShardIterator", body)
        return try await client.send(request) { (response) throws(AWSDecodingError) in
            try KinesisService.decode(IteratorAnswer.self, response).ShardIterator
        }
    }

    func records(
        at iterator: String, limit: Int, taken: ShardPosition?, hashes: HashKeyRange
    ) async throws(AWSError) -> ShardAnswer {
        var request = try self.request(
            "GetRecords", RecordsRequest(ShardIterator: iterator, Limit: limit, StreamARN: arn))
        // 10 MiB are a third more in base64; keys and names come on top, some hundred bytes a record.
        request.limits.maximumBodyBytes = 32 << 20
        return try await client.send(request) { (response) throws(AWSDecodingError) in
            try ShardAnswer(json: response.body, taken: taken, hashes: hashes)
        }
    }

    private func request(_ operation: String, _ body: some Encodable) throws(AWSError) -> AWSRequest {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        guard let bytes = try? encoder.encode(body) else {
            throw AWSError(kind: .refused, message: "the stream's name \(stream) cannot stand in a request")
        }
        return AWSRequest(
            method: "POST",
            headers: [
                ("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", "Kinesis_20131202.\(operation)"),
            ],
            body: Array(bytes))
    }

    private static func decode<Answer: Decodable>(
        _ type: Answer.Type, _ response: HTTPResponse
    ) throws(AWSDecodingError) -> Answer {
        do { return try JSONDecoder().decode(type, from: Data(response.body)) } catch {
            throw AWSDecodingError("it is not what the operation answers")
        }
    }
}
