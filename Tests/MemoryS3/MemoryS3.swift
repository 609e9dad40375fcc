public import AWSClient
import Foundation
public import Synchronization
public import UsageModel

/// An S3 in memory that answers as the API pages say, and fails as it is told to.
public final class MemoryS3: HTTPTransport {
    public struct Stored: Sendable {
        public var bytes: [UInt8]
        public var etag: String
        public var modified: Timestamp
        public var version: String?
    }

    public struct State: Sendable {
        public var objects: [ByteString: Stored] = [:]
        public var lists: [String] = []
        public var gets: [String] = []
        public var underway = 0
        public var mostUnderway = 0
        /// Asked with each request, in order: what goes wrong with it.
        public var faults: [Fault?] = []
        public var failsAfter: ByteString?
        public var denied: ByteString?
        public var deniesPuts = false
        /// A key of which no GET is answered as it is listed.
        public var lies: ByteString?
        public var ignoresStart = false
        /// Done once the request with this number for an object was answered.
        public var afterGet: (@Sendable (Int, inout State) -> Void)?
        public var pageLimit = 1_000
        public var hasVersions = false
    }

    public enum Fault: Sendable {
        case slowDown, reset, drop, truncated, wrongLength, brokenXML, errorInSuccess, internalError, expired
    }

    public let state = Mutex(State())
    public let now: @Sendable () -> Timestamp

    public init(now: @escaping @Sendable () -> Timestamp = { Timestamp(nanoseconds: 1_800_000_000_000_000_000) }) {
        self.now = now
    }

    // MARK: Filling

    public func put(_ key: String, _ bytes: [UInt8], age: Duration = .zero) {
        state.withLock { state in MemoryS3.put(&state, key, bytes, now().nanoseconds - age.nanoseconds) }
    }

    public func put(_ key: String, _ text: String, age: Duration = .zero) { put(key, Array(text.utf8), age: age) }

    public static func put(_ state: inout State, _ key: String, _ bytes: [UInt8], _ time: Int64) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let number = state.objects[ByteString(key)].flatMap { $0.version.flatMap(Int.init) } ?? 0
        state.objects[ByteString(key)] = Stored(
            bytes: bytes, etag: String(hash, radix: 16) + "-\(bytes.count)", modified: Timestamp(nanoseconds: time),
            version: state.hasVersions ? "\(number + 1)" : nil)
    }

    public func remove(_ key: String) { state.withLock { _ = $0.objects.removeValue(forKey: ByteString(key)) } }

    public func append(_ bytes: [UInt8], to key: String) {
        state.withLock { state in
            MemoryS3.put(&state, key, (state.objects[ByteString(key)]?.bytes ?? []) + bytes, now().nanoseconds)
        }
    }

    /// Fails each page that begins behind a key.
    public func failsListing(after key: String?) { state.withLock { $0.failsAfter = key.map { ByteString($0) } } }

    public func deny(_ key: String?) { state.withLock { $0.denied = key.map { ByteString($0) } } }

    public var client: AWSClient {
        let endpoint = AWSEndpoint.s3(
            bucket: "usage", region: "eu-west-1", override: AWSEndpoint(scheme: .http, host: "memory"), style: .path)
        let time = AWSTime(
            now: now, sleep: { (_) async throws(CancellationError) in await Task.yield() }, random: { 0.5 })
        return AWSClient(
            service: "s3", region: "eu-west-1", endpoint: endpoint,
            credentials: CredentialsProvider(Credentials(accessKeyID: "A", secretAccessKey: "S")), transport: self,
            time: time)
    }

    // MARK: Answering

    public func send(_ request: HTTPRequest, limits: HTTPLimits) async throws(HTTPTransportError) -> HTTPResponse {
        if Task.isCancelled { throw .cancelled }
        state.withLock { state in
            state.underway += 1
            state.mostUnderway = max(state.mostUnderway, state.underway)
        }
        await Task.yield()
        defer { state.withLock { $0.underway -= 1 } }
        let answer = try respond(to: request)
        if answer.body.count > limits.maximumBodyBytes { throw .bodyTooLong(maximum: limits.maximumBodyBytes) }
        return answer
    }

    /// The answer, or the way in which there is none.
    public func respond(to request: HTTPRequest) throws(HTTPTransportError) -> HTTPResponse {
        let fault = state.withLock { $0.faults.popLast() ?? nil }
        switch fault {
        case .slowDown: return MemoryS3.failure(503, "SlowDown")
        case .internalError: return MemoryS3.failure(500, "InternalError")
        case .expired: return MemoryS3.failure(400, "ExpiredToken")
        case .reset: throw .connectionLost("reset")
        case .drop: throw .timedOut(.idle)
        case .brokenXML where request.path == "/usage/":
            return HTTPResponse(status: 200, body: Array("<ListBucketResult><Contents><Key>a</Ke".utf8))
        case .errorInSuccess where request.path == "/usage/":
            return HTTPResponse(status: 200, body: Array("<Error><Code>InternalError</Code></Error>".utf8))
        default: break
        }
        if request.method == "PUT" { return put(request) }
        var answer = request.path == "/usage/" ? list(request) : get(request)
        if case .truncated = fault, answer.body.count > 1 { throw .connectionLost("it ended early") }
        if case .wrongLength = fault, answer.body.count > 1 { answer.body.removeLast(answer.body.count / 2) }
        return answer
    }

    private static func failure(_ status: Int, _ code: String) -> HTTPResponse {
        HTTPResponse(
            status: status,
            body: Array("<?xml version=\"1.0\"?><Error><Code>\(code)</Code><Message>no</Message></Error>".utf8))
    }

    private static func key(of request: HTTPRequest) -> ByteString {
        ByteString(String((request.path.removingPercentEncoding ?? "").dropFirst("/usage/".count)))
    }

    private func put(_ request: HTTPRequest) -> HTTPResponse {
        state.withLock { state in
            if state.deniesPuts { return MemoryS3.failure(403, "AccessDenied") }
            MemoryS3.put(&state, MemoryS3.key(of: request).description, request.body, now().nanoseconds)
            return HTTPResponse(status: 200)
        }
    }

    private func get(_ request: HTTPRequest) -> HTTPResponse {
        let key = MemoryS3.key(of: request)
        return state.withLock { state in
            defer {
                state.gets.append(key.description + " " + (request.header("range") ?? "whole"))
                if let afterGet = state.afterGet { afterGet(state.gets.count, &state) }
            }
            if key == state.denied { return MemoryS3.failure(403, "AccessDenied") }
            guard let stored = state.objects[key] else { return MemoryS3.failure(404, "NoSuchKey") }
            guard request.header("if-match") == "\"\(stored.etag)\"", key != state.lies else {
                return MemoryS3.failure(412, "PreconditionFailed")
            }
            var headers = [(name: "ETag", value: "\"\(stored.etag)\"")]
            if let version = stored.version { headers.append((name: "x-amz-version-id", value: version)) }
            guard let range = request.header("range") else {
                return HTTPResponse(status: 200, headers: headers, body: stored.bytes)
            }
            let ends = range.dropFirst("bytes=".count).split(separator: "-").compactMap { Int($0) }
            guard ends[0] < stored.bytes.count else { return MemoryS3.failure(416, "InvalidRange") }
            let last = min(ends[1], stored.bytes.count - 1)
            headers.append((name: "Content-Range", value: "bytes \(ends[0])-\(last)/\(stored.bytes.count)"))
            return HTTPResponse(status: 206, headers: headers, body: Array(stored.bytes[ends[0]...last]))
        }
    }

    private func list(_ request: HTTPRequest) -> HTTPResponse {
        func query(_ name: String) -> String? { request.query.first { $0.name == name }?.value }
        return state.withLock { state in
            let prefix = ByteString(query("prefix") ?? "")
            let after = query("start-after").map { ByteString($0) }
            state.lists.append(after?.description ?? "")
            if let fails = state.failsAfter, fails == after { return MemoryS3.failure(500, "InternalError") }
            let keys = state.objects.keys.filter { key in
                key.bytes.starts(with: prefix.bytes) && (state.ignoresStart || (after.map { key > $0 } ?? true))
            }.sorted()
            let limit = min(state.pageLimit, query("max-keys").flatMap { Int($0) } ?? 1_000)
            var xml =
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            xml += "<EncodingType>url</EncodingType><IsTruncated>\(keys.count > limit)</IsTruncated>"
            for key in keys.prefix(limit) {
                guard let stored = state.objects[key] else { continue }
                xml += "<Contents><Key>\(MemoryS3.encoded(key))</Key><LastModified>\(stored.modified)</LastModified>"
                xml += "<ETag>&quot;\(stored.etag)&quot;</ETag><Size>\(stored.bytes.count)</Size></Contents>"
            }
            return HTTPResponse(status: 200, body: Array((xml + "</ListBucketResult>").utf8))
        }
    }

    private static func encoded(_ key: ByteString) -> String {
        key.bytes.map { byte in
            let isPlain =
                byte < 0x80 && (Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber)
            return isPlain || [0x2F, 0x2D, 0x2E, 0x5F].contains(byte)
                ? String(UnicodeScalar(byte))
                : byte == 0x20 ? "+" : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
