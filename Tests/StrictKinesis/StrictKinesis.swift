public import AWSClient
import FoundationEssentials
import Synchronization
public import UsageModel

/// Amazon Kinesis Data Streams in memory, as strict as its API pages say
/// (https://docs.aws.amazon.com/kinesis/latest/APIReference/Welcome.html): a second reading of the same pages that the
/// reader was written by, so that the two do not share their mistakes.
///
/// It speaks the JSON protocol (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html) and goes by a clock that
/// is given to it. It serves the tests as a transport, and others over HTTP.
public final class StrictKinesis: Sendable {
    /// What the pages leave open, or what tests want small.
    public struct Settings: Sendable {
        /// Shards on a page of ListShards, at most.
        public var pageShards = 1_000
        /// What one answer of GetRecords holds at most.
        public var answerRecords = 10_000
        public var answerBytes = 10 << 20
        /// How many of 100 answers have no records though there are some.
        public var emptyAnswers: UInt64 = 0
        /// How many of 100 closed shards end together with their last records; the others end with an empty answer.
        public var endsWithRecords: UInt64 = 50
        /// Whether the answer at the end of a shard tells of its children.
        public var givesChildShards = true
        public var throttles = true

        public init() {}
    }

    struct State {
        var streams: [String: Stream] = [:]
        var iterators: [String: Iterator] = [:]
        var tokens: [String: PageToken] = [:]
        var settings = Settings()
        var random: UInt64
        var requests: [String: Int] = [:]
        /// When the last operations of an account were, by operation.
        var recent: [String: [Timestamp]] = [:]

        /// A number below `bound`.
        mutating func draw(_ bound: UInt64) -> UInt64 {
            random ^= random << 13
            random ^= random >> 7
            random ^= random << 17
            return (random >> 11) % bound
        }

        mutating func token() -> String {
            "AAAAAAAAAA" + String(draw(1 << 40), radix: 36) + "/" + String(draw(1 << 40), radix: 36) + "+="
        }
    }

    let state: Mutex<State>
    let now: @Sendable () -> Timestamp

    /// - Parameter now: the clock that everything goes by.
    public init(seed: UInt64 = 1, now: @escaping @Sendable () -> Timestamp) {
        self.now = now
        state = Mutex(State(random: seed &* 0x9E37_79B9_7F4A_7C15 | 1))
    }

    /// Changes how it behaves from now on.
    public func configure(_ change: (inout Settings) -> Void) {
        state.withLock { change(&$0.settings) }
    }

    /// How often an operation was asked for.
    public func requests(_ operation: String) -> Int { state.withLock { $0.requests[operation] ?? 0 } }

    /// Answers one request.
    public func respond(to request: HTTPRequest) -> HTTPResponse {
        let time = now()
        let headers = [
            ("Date", HTTPDate.text(time)), ("Content-Type", "application/x-amz-json-1.1"),
            ("x-amzn-RequestId", "strict-kinesis"),
        ]
        do throws(Fault) {
            let body = try answer(request, time)
            return HTTPResponse(status: 200, headers: headers, body: body)
        } catch {
            let document = FaultDocument(__type: error.type, message: error.message)
            return HTTPResponse(status: error.status, headers: headers, body: StrictKinesis.encode(document))
        }
    }

    private func answer(_ request: HTTPRequest, _ time: Timestamp) throws(Fault) -> [UInt8] {
        guard request.method == "POST", request.path == "/" else {
            throw Fault("UnknownOperationException", "only POST / is there", status: 404)
        }
        guard request.header("content-type") == "application/x-amz-json-1.1" else {
            throw Fault("SerializationException", "the content type is not application/x-amz-json-1.1")
        }
        try Authorization.check(request.header("authorization"), date: request.header("x-amz-date"))
        let prefix = "Kinesis_20131202."
        guard let target = request.header("x-amz-target"), target.hasPrefix(prefix) else {
            throw Fault("UnknownOperationException", "X-Amz-Target names no operation of Kinesis_20131202")
        }
        let operation = String(target.dropFirst(prefix.count))
        let body = request.body
        let result: Result<[UInt8], Fault> = state.withLock { state in
            state.requests[operation, default: 0] += 1
            do throws(Fault) { return .success(try state.perform(operation, body, time)) } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(value)).map { Array($0) } ?? []
    }
}

extension StrictKinesis: HTTPTransport {
    public func send(_ request: HTTPRequest, limits: HTTPLimits) async throws(HTTPTransportError) -> HTTPResponse {
        if Task.isCancelled { throw .cancelled }
        let response = respond(to: request)
        if response.body.count > limits.maximumBodyBytes { throw .bodyTooLong(maximum: limits.maximumBodyBytes) }
        return response
    }
}

/// An error of the service.
struct Fault: Error {
    var type: String
    var message: String
    var status: Int

    init(_ type: String, _ message: String, status: Int = 400) {
        self.type = type
        self.message = message
        self.status = status
    }

    static func argument(_ message: String) -> Fault { Fault("InvalidArgumentException", message) }
    static func missing(_ what: String) -> Fault { Fault("ResourceNotFoundException", "\(what) is not found.") }
}

struct FaultDocument: Encodable {
    var __type: String
    var message: String
}
