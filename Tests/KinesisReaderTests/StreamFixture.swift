import AWSClient
import KinesisReader
import StrictKinesis
import Synchronization
import UsageModel

/// A stream, a clock, and readers of it.
struct StreamFixture {
    static let name = "usage"

    let time: ManualTime
    let kinesis: StrictKinesis
    /// What happens to requests before they come to the service.
    let faults: Faults

    init(shards: Int = 1, seed: UInt64 = 1) {
        let time = ManualTime()
        self.time = time
        kinesis = StrictKinesis(seed: seed) { time.now }
        faults = Faults(kinesis)
        kinesis.createStream(StreamFixture.name, shards: shards)
        // What is put now did not come in the millisecond in which the stream was made.
        time.advance(seconds: 1)
    }

    var client: AWSClient {
        AWSClient(
            service: "kinesis", region: "us-east-1", endpoint: AWSEndpoint(service: "kinesis", region: "us-east-1"),
            credentials: CredentialsProvider(Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret")),
            transport: faults, retry: RetryPolicy(), time: time.aws)
    }

    func reader(
        _ start: KinesisStart = .trimHorizon, _ options: KinesisOptions = KinesisOptions(follows: false),
        resume: [PartitionState] = [], stream: String = StreamFixture.name
    ) throws -> any SourceReader {
        try KinesisReader(
            source: "stream", stream: stream, client: client, start: start, options: options, resume: resume,
            time: time.aws)
    }

    @discardableResult
    func put(_ text: String, key: String = "key") -> (shard: String, number: String) {
        kinesis.put(Array(text.utf8), key: key, into: StreamFixture.name)
    }

    @discardableResult
    func split(_ shard: Int) -> Bool { kinesis.split(StreamFixture.id(shard), of: StreamFixture.name) }

    @discardableResult
    func merge(_ shard: Int, _ other: Int) -> Bool {
        kinesis.merge(StreamFixture.id(shard), StreamFixture.id(other), of: StreamFixture.name)
    }

    static func id(_ shard: Int) -> String {
        let digits = String(shard)
        return "shardId-" + String(repeating: "0", count: 12 - digits.count) + digits
    }
}

/// A transport that may fail before it asks.
final class Faults: HTTPTransport {
    enum Effect: Sendable {
        case fail(HTTPTransportError)
        case answer(HTTPResponse)
        /// The service does what is asked, and the answer is changed.
        case change(@Sendable (HTTPResponse) -> HTTPResponse)
        /// The request goes on when this holds.
        case wait(@Sendable () -> Bool)
        case pass
    }

    typealias Rule = @Sendable (_ operation: String, _ request: HTTPRequest) -> Effect

    private let kinesis: StrictKinesis
    private let rule = Mutex<Rule?>(nil)

    init(_ kinesis: StrictKinesis) {
        self.kinesis = kinesis
    }

    func set(_ rule: Rule?) { self.rule.withLock { $0 = rule } }

    func send(_ request: HTTPRequest, limits: HTTPLimits) async throws(HTTPTransportError) -> HTTPResponse {
        let operation = request.header("x-amz-target")?.split(separator: ".").last.map(String.init) ?? ""
        let rule = rule.withLock { $0 }
        switch rule?(operation, request) ?? .pass {
        case .fail(let error): throw error
        case .answer(let response): return response
        case .change(let change): return change(try await kinesis.send(request, limits: limits))
        case .wait(let holds):
            while !holds() {
                if Task.isCancelled { throw .cancelled }
                await Task.yield()
            }
            return try await kinesis.send(request, limits: limits)
        case .pass: return try await kinesis.send(request, limits: limits)
        }
    }

    static func error(_ type: String, status: Int = 400) -> Effect {
        .answer(HTTPResponse(status: status, body: Array("{\"__type\":\"\(type)\",\"message\":\"so it is\"}".utf8)))
    }
}
