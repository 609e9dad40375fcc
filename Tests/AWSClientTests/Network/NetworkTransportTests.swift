import NIOCore
import Synchronization
import Testing

@testable import AWSClient

@Suite struct NetworkTransportTests {
    static let brisk = HTTPLimits(
        maximumBodyBytes: 1 << 20, connectTimeout: .seconds(5), readIdleTimeout: .seconds(5), totalTimeout: .seconds(20)
    )

    /// Sends one request to a server that answers so.
    func send(
        limits: HTTPLimits = brisk, request: HTTPRequest = HTTPRequest(host: "127.0.0.1"),
        answer: @escaping @Sendable (LocalServer.Request) -> LocalServer.Answer
    ) async throws -> Result<HTTPResponse, HTTPTransportError> {
        try await LocalServer.run(answer: answer) { port in
            var request = request
            request.scheme = .http
            request.port = port
            return try await NetworkTransportTests.send(request, limits)
        }
    }

    static func send(
        _ request: HTTPRequest, _ limits: HTTPLimits, caBundle: String? = nil
    ) async throws -> Result<HTTPResponse, HTTPTransportError> {
        let transport = try NetworkTransport(caBundle: caBundle)
        let result: Result<HTTPResponse, HTTPTransportError>
        do throws(HTTPTransportError) {
            result = .success(try await transport.send(request, limits: limits))
        } catch { result = .failure(error) }
        await transport.shutdown()
        return result
    }

    func failure(_ result: Result<HTTPResponse, HTTPTransportError>) -> HTTPTransportError? {
        if case .failure(let error) = result { error } else { nil }
    }

    @Test("A request arrives as it was asked for, byte for byte")
    func sent() async throws {
        let log = RequestLog()
        let request = HTTPRequest(
            method: "PUT", host: "127.0.0.1", path: "/a//../%C3%A9%20%2B/./x%2Fy%3F",
            query: [("list-type", "2"), ("prefix", "a b+c/é&="), ("acl", "")],
            headers: [("X-One", "1"), ("X-One", "2"), ("Host", "example.com")], body: Array("body".utf8))
        let response = try await send(request: request) { request in
            _ = log.add(request)
            return .whole(200, headers: [("ETag", "\"x\""), ("X-A", "1"), ("x-a", "2")], body: "hello")
        }.get()
        let taken = try #require(log.all.first)
        #expect(
            taken.line == "PUT /a//../%C3%A9%20%2B/./x%2Fy%3F?list-type=2&prefix=a%20b%2Bc%2F%C3%A9%26%3D&acl= HTTP/1.1"
        )
        #expect(taken.header("host") == "example.com" && taken.body == "body")
        #expect(taken.header("content-length") == "4")
        #expect(taken.head.contains("X-One: 1\r\nX-One: 2"))
        #expect(response.status == 200 && response.body == Array("hello".utf8))
        #expect(response.header("etag") == "\"x\"" && response.header("X-a") == "1")
        #expect(response.headers.filter { $0.name.lowercased() == "x-a" }.count == 2)
    }

    @Test("Errors, redirects and answers without a body are handed over as they are")
    func statuses() async throws {
        for status in [204, 301, 304, 307, 404, 503] {
            let log = RequestLog()
            let response = try await send { request in
                _ = log.add(request)
                return .whole(status, headers: [("Location", "/elsewhere")])
            }.get()
            #expect(response.status == status && response.body.isEmpty && log.all.count == 1)
        }
        let head = try await send(request: HTTPRequest(method: "HEAD", host: "127.0.0.1")) { _ in
            .stalled("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\nETag: e\r\n\r\n")
        }.get()
        #expect(head.header("content-length") == "99999999999" && head.body.isEmpty)
    }

    @Test("A compressed body is handed over as it came")
    func compressed() async throws {
        let response = try await send { _ in .whole(200, headers: [("Content-Encoding", "gzip")], body: "raw") }.get()
        #expect(response.body == Array("raw".utf8))
    }

    @Test("A body in chunks is put together, and one that is exactly as long as allowed is taken")
    func chunked() async throws {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        var limits = Self.brisk
        limits.maximumBodyBytes = 5
        #expect(try await send(limits: limits) { _ in .stalled(text) }.get().body == Array("abcde".utf8))
        #expect(try await send(limits: limits) { _ in .whole(200, body: "abcde") }.get().body.count == 5)
    }

    @Test("A body that is too long is refused, by its announced length or as it comes")
    func tooLong() async throws {
        var limits = Self.brisk
        limits.maximumBodyBytes = 4
        for answer in [
            LocalServer.Answer.stalled("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
            .stalled("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n"),
        ] {
            #expect(failure(try await send(limits: limits) { _ in answer }) == .bodyTooLong(maximum: 4))
        }
    }

    @Test("A body that ends before its length, and an answer that ends in its head, are broken off")
    func short() async throws {
        for bytes in [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", "HTTP/1.1 200 OK\r\nContent-Le", "",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
        ] {
            let result = failure(try await send { _ in .brokenOff(bytes) })
            guard case .connectionLost = result else {
                Issue.record("\(bytes): \(String(describing: result))")
                continue
            }
        }
    }

    @Test("What is no HTTP is malformed")
    func malformed() async throws {
        let result = failure(try await send { _ in .stalled("SSH-2.0-OpenSSH_9.2\r\n\r\n") })
        guard case .malformed = result else {
            Issue.record("\(String(describing: result))")
            return
        }
    }

    @Test("A server that stalls is given up, before its answer and in it")
    func idle() async throws {
        var limits = Self.brisk
        limits.readIdleTimeout = .milliseconds(100)
        for bytes in ["", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"] {
            #expect(failure(try await send(limits: limits) { _ in .stalled(bytes) }) == .timedOut(.idle))
        }
    }

    @Test("A request ends when its whole time is over")
    func total() async throws {
        var limits = Self.brisk
        limits.totalTimeout = .milliseconds(100)
        let result = try await send(limits: limits) { _ in .stalled("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc") }
        #expect(failure(result) == .timedOut(.total))
    }

    @Test("Where nothing listens, and where a name is unknown, nothing is reached")
    func unreachable() async throws {
        let closed = try await LocalServer.run { _ in
            .whole(200)
        } _: { port in
            port
        }
        for (host, port) in [("127.0.0.1", closed), ("no-such-host.invalid", 80)] {
            let request = HTTPRequest(scheme: .http, host: host, port: port)
            let result = failure(try await Self.send(request, Self.brisk))
            guard case .unreachable(let detail) = result else {
                Issue.record("\(String(describing: result))")
                continue
            }
            #expect(detail.hasPrefix(host))
        }
    }

    @Test("A cancelled task ends its request at once")
    func cancelled() async throws {
        let arrived = WaitingList()
        let transport = try NetworkTransport()
        let result = try await LocalServer.run { _ in
            arrived.wakeAll()
            return .stalled("")
        } _: { port in
            await withTaskGroup(of: HTTPTransportError?.self) { group in
                group.addTask {
                    do throws(HTTPTransportError) {
                        _ = try await transport.send(
                            HTTPRequest(scheme: .http, host: "127.0.0.1", port: port), limits: Self.brisk)
                        return nil
                    } catch { return error }
                }
                await arrived.wait()
                group.cancelAll()
                return await group.next() ?? nil
            }
        }
        #expect(result == .cancelled)
        await transport.shutdown()
    }

    @Test("After its end a transport sends nothing")
    func shutDown() async throws {
        let transport = try NetworkTransport()
        await transport.shutdown()
        await #expect(throws: HTTPTransportError.cancelled) {
            try await transport.send(HTTPRequest(scheme: .http, host: "127.0.0.1"), limits: Self.brisk)
        }
        await transport.shutdown()
    }

    @Test("A client gets its answer past a stall, a broken connection and a refusal")
    func client() async throws {
        let log = RequestLog()
        let transport = try NetworkTransport()
        let time = ManualTime()
        let text = try await LocalServer.run { request in
            switch log.add(request) {
            case 0: .stalled("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc")
            case 1: .brokenOff("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc")
            case 2: .brokenOff("")
            case 3: .whole(503)
            default: .whole(200, body: "abcde")
            }
        } _: { port in
            let client = AWSClient(
                service: "s3", region: "r", endpoint: AWSEndpoint(scheme: .http, host: "127.0.0.1", port: port),
                credentials: CredentialsProvider(Credentials(accessKeyID: "a", secretAccessKey: "b")),
                transport: transport, time: time.time())
            var limits = Self.brisk
            limits.readIdleTimeout = .milliseconds(100)
            return try await client.send(AWSRequest(path: "/k", limits: limits)) { response throws(AWSDecodingError) in
                String(decoding: response.body, as: UTF8.self)
            }
        }
        await transport.shutdown()
        #expect(text == "abcde" && log.all.count == 5 && time.sleeps.count == 4)
        #expect(log.all.allSatisfy { $0.line == "GET /k HTTP/1.1" && $0.header("authorization") != nil })
    }

    @Test("Many large bodies at once come whole, on no more connections than are allowed")
    func large() async throws {
        let size = 3 << 20
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        var buffer = ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
        buffer.writeBytes(bytes)
        let answer = LocalServer.Answer.bytes(buffer)
        var limits = Self.brisk
        limits.maximumBodyBytes = size
        let transport = try NetworkTransport(connectionsPerHost: 3)
        try await LocalServer.run { _ in
            answer
        } _: { [limits] port in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<12 {
                    group.addTask {
                        let request = HTTPRequest(scheme: .http, host: "127.0.0.1", port: port)
                        return try await transport.send(request, limits: limits).body == bytes
                    }
                }
                for try await isWhole in group { #expect(isWhole) }
            }
        }
        await transport.shutdown()
    }
}
