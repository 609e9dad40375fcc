import Synchronization
import Testing
import UsageModel

@testable import AWSClient

@Suite struct AWSClientTests {
    let time = ManualTime()
    static let credentials = Credentials(accessKeyID: "AKID", secretAccessKey: "SECRET", sessionToken: "TOKEN")

    func client(
        _ transport: ScriptedTransport, service: String = "s3", credentials: CredentialsProvider? = nil,
        retry: RetryPolicy = RetryPolicy()
    ) -> AWSClient {
        AWSClient(
            service: service, region: "eu-central-1",
            endpoint: AWSEndpoint(scheme: .http, host: "localhost", port: 9000, basePath: "/b é"),
            credentials: credentials ?? CredentialsProvider(Self.credentials), transport: transport, retry: retry,
            time: time.time())
    }

    func text(_ client: AWSClient, _ request: AWSRequest = AWSRequest(path: "/k")) async throws(AWSError) -> String {
        try await client.send(request) { response in String(decoding: response.body, as: UTF8.self) }
    }

    /// The error that a request ends with.
    func error(
        _ client: AWSClient, _ request: AWSRequest = AWSRequest(path: "/k")
    ) async -> AWSError? {
        do throws(AWSError) {
            _ = try await text(client, request)
            return nil
        } catch { return error }
    }

    @Test("A request goes to the endpoint, signed, with its path encoded once and not normalised")
    func sent() async throws {
        let transport = ScriptedTransport([.success(.ok("hello"))])
        let request = AWSRequest(
            path: "/a//../é +", query: [("b", "2 "), ("a", "")], headers: [("Range", "bytes=0-9")])
        #expect(try await text(client(transport), request) == "hello")
        let sent = try #require(transport.requests.first)
        #expect(sent.target == "/b%20%C3%A9/a//../%C3%A9%20%2B?b=2%20&a=")
        #expect(sent.header("host") == "localhost:9000")
        #expect(sent.header("x-amz-security-token") == "TOKEN")
        #expect(sent.header("x-amz-date") == "20231114T221320Z")
        let authorization = try #require(sent.header("authorization"))
        #expect(authorization.contains("/20231114/eu-central-1/s3/aws4_request"))
        #expect(
            authorization.contains(
                "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date;x-amz-security-token,"))
    }

    @Test(
        "What may pass is tried again, with growing waits",
        arguments: [
            Result.success(HTTPResponse(status: 500)), .success(HTTPResponse(status: 502)),
            .success(HTTPResponse(status: 503)), .success(HTTPResponse(status: 504)),
            .success(.s3(400, "RequestTimeout")), .success(.s3(500, "InternalError")),
            .success(.s3(409, "OperationAborted")),
            .success(.kinesis(500, "InternalFailure")), .failure(.connectionLost("reset")), .failure(.timedOut(.idle)),
            .failure(.timedOut(.total)), .failure(.unreachable("refused")),
        ] as [ScriptedTransport.Answer])
    func transient(answer: ScriptedTransport.Answer) async throws {
        let transport = ScriptedTransport([answer, answer, answer, .success(.ok("x"))])
        #expect(try await text(client(transport)) == "x")
        #expect(time.sleeps == [.milliseconds(100), .milliseconds(200), .milliseconds(400)])
        let failing = ScriptedTransport([answer])
        let error = try #require(await error(client(failing)))
        #expect(error.kind == .transient && error.attempts == 6 && failing.requests.count == 6)
    }

    @Test(
        "Throttling is tried longer, and with longer waits",
        arguments: [
            .s3(503, "SlowDown"), HTTPResponse(status: 429),
            .kinesis(400, "com.amazonaws.kinesis.v20131202#ProvisionedThroughputExceededException"),
            .kinesis(400, "LimitExceededException"), .kinesis(400, "ThrottlingException"),
            .kinesis(400, "RequestLimitExceeded"), .kinesis(400, "TooManyRequestsException"),
        ])
    func throttled(answer: HTTPResponse) async throws {
        let transport = ScriptedTransport([.success(answer)])
        let error = try #require(await error(client(transport)))
        #expect(error.kind == .throttled && error.attempts == 12 && transport.requests.count == 12)
        #expect(Array(time.sleeps[..<7]) == [0.5, 1, 2, 4, 8, 16, 20].map { Duration.seconds($0) })
    }

    @Test("A wait is drawn from zero to the greatest")
    func jitter() async throws {
        let policy = RetryPolicy.Backoff(attempts: 9, base: .milliseconds(100), cap: .seconds(1))
        #expect(policy.delay(after: 1, random: 0) == .zero)
        #expect(policy.delay(after: 2, random: 0.5) == .milliseconds(100))
        #expect(policy.delay(after: 60, random: 0.5) == .milliseconds(500))
    }

    @Test("A service may ask for a longer wait, in seconds or with a date, up to a limit")
    func retryAfter() async throws {
        let transport = ScriptedTransport([
            .success(.s3(503, "SlowDown", [("Retry-After", "7")])),
            .success(.s3(503, "SlowDown", [("retry-after", "Tue, 14 Nov 2023 22:13:57 GMT")])),
            .success(.s3(503, "SlowDown", [("Retry-After", "86400")])),
            .success(.s3(503, "SlowDown", [("Retry-After", "-3")])),
            .success(.s3(503, "SlowDown", [("Retry-After", "soon")])), .success(.ok()),
        ])
        _ = try await text(client(transport))
        #expect(time.sleeps == [.seconds(7), .seconds(30), .seconds(120), .seconds(4), .seconds(8)])
    }

    @Test("A wrong clock is corrected by the service's, once, and for the requests that follow")
    func clockSkew() async throws {
        let skewed = HTTPResponse.s3(403, "RequestTimeTooSkewed", [("Date", "Wed, 15 Nov 2023 00:13:20 GMT")])
        let transport = ScriptedTransport([.success(skewed), .success(.ok("x")), .success(.ok("y"))])
        let client = client(transport)
        #expect(try await text(client) == "x")
        #expect(try await text(client) == "y")
        let dates = transport.requests.map { $0.header("x-amz-date") }
        #expect(dates == ["20231114T221320Z", "20231115T001320Z", "20231115T001320Z"])
        #expect(client.clockOffset == .seconds(7_200) && time.sleeps.isEmpty)
        let hopeless = ScriptedTransport([.success(skewed)])
        let error = try #require(await error(self.client(hopeless)))
        #expect(error.kind == .clockSkew && hopeless.requests.count == 2)
    }

    @Test("A bad signature means a wrong clock only where the clock is wrong")
    func invalidSignature() async throws {
        let wrong = HTTPResponse.kinesis(400, "InvalidSignatureException", [("Date", "Wed, 15 Nov 2023 00:13:20 GMT")])
        let transport = ScriptedTransport([.success(wrong), .success(.ok("x"))])
        #expect(try await text(client(transport, service: "kinesis")) == "x")
        let head = ScriptedTransport([.success(HTTPResponse(status: 403, headers: wrong.headers)), .success(.ok("x"))])
        #expect(try await text(client(head)) == "x")
        let right = HTTPResponse.kinesis(400, "InvalidSignatureException", [("Date", "Tue, 14 Nov 2023 22:14:20 GMT")])
        for answer in [
            right, .kinesis(400, "InvalidSignatureException"), .s3(403, "SignatureDoesNotMatch", wrong.headers),
        ] {
            let transport = ScriptedTransport([.success(answer)])
            let error = try #require(await error(client(transport, service: "kinesis")))
            #expect(error.kind == .accessDenied && transport.requests.count == 1)
        }
    }

    @Test(
        "Expired credentials are renewed, once",
        arguments: [
            .s3(400, "ExpiredToken"), .kinesis(400, "ExpiredTokenException"), .s3(403, "RequestExpired"),
        ] as [HTTPResponse])
    func expired(answer: HTTPResponse) async throws {
        let loads = Mutex(0)
        let provider = CredentialsProvider(time: time.time()) { () async throws(AWSError) in
            let count = loads.withLock { loads in
                loads += 1
                return loads
            }
            return Credentials(accessKeyID: "K\(count)", secretAccessKey: "S")
        }
        let transport = ScriptedTransport([.success(answer), .success(.ok("x"))])
        #expect(try await text(client(transport, credentials: provider)) == "x")
        let keys = transport.requests.map { $0.header("authorization")?.prefix(35) }
        #expect(keys == ["AWS4-HMAC-SHA256 Credential=K1/2023", "AWS4-HMAC-SHA256 Credential=K2/2023"])
        let hopeless = ScriptedTransport([.success(answer)])
        let error = try #require(await error(client(hopeless, credentials: provider)))
        #expect(error.kind == .expiredCredentials && hopeless.requests.count == 2)
        let fixed = ScriptedTransport([.success(answer)])
        #expect(await self.error(client(fixed))?.kind == .expiredCredentials)
        #expect(fixed.requests.count == 1)
    }

    @Test(
        "What is final is not tried again",
        arguments: [
            (.s3(403, "AccessDenied"), .accessDenied), (.s3(404, "NoSuchKey"), .notFound),
            (.s3(404, "NoSuchBucket"), .notFound), (HTTPResponse(status: 404), .notFound),
            (HTTPResponse(status: 403), .accessDenied), (.s3(412, "PreconditionFailed"), .preconditionFailed),
            (HTTPResponse(status: 304), .preconditionFailed), (.s3(416, "InvalidRange"), .refused),
            (.s3(400, "InvalidArgument"), .refused), (.s3(501, "NotImplemented"), .refused),
            (.kinesis(400, "ResourceNotFoundException"), .notFound),
            (.kinesis(400, "ExpiredIteratorException"), .expiredIterator),
            (.kinesis(400, "AccessDeniedException"), .accessDenied),
            (.kinesis(400, "UnrecognizedClientException"), .accessDenied),
            (.kinesis(400, "ValidationException"), .refused),
        ] as [(HTTPResponse, AWSError.Kind)])
    func final(answer: HTTPResponse, kind: AWSError.Kind) async throws {
        let transport = ScriptedTransport([.success(answer)])
        let error = try #require(await error(client(transport)))
        #expect(error.kind == kind && error.status == answer.status && transport.requests.count == 1)
    }

    @Test("An answer too long, a wrong certificate and a wrong protocol are not tried again")
    func finalFailures() async throws {
        for (failure, kind) in [
            (HTTPTransportError.bodyTooLong(maximum: 9), AWSError.Kind.invalidAnswer), (.untrusted("x"), .refused),
            (.malformed("x"), .refused),
        ] {
            let transport = ScriptedTransport([.failure(failure)])
            #expect(await error(client(transport))?.kind == kind)
            #expect(transport.requests.count == 1)
        }
    }

    @Test("A redirect is an error that names the bucket's region", arguments: [301, 307])
    func redirected(status: Int) async throws {
        let answer = HTTPResponse.s3(status, "PermanentRedirect", [("x-amz-bucket-region", "us-west-2")])
        let error = try #require(await error(client(ScriptedTransport([.success(answer)]))))
        #expect(error.kind == .redirected && error.region == "us-west-2")
        #expect(error.description.hasSuffix("set the region us-west-2"))
        let body = "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-3</Region></Error>"
        let malformed = HTTPResponse(status: 400, body: Array(body.utf8))
        #expect(await self.error(client(ScriptedTransport([.success(malformed)])))?.region == "eu-west-3")
    }

    @Test("A HEAD in the wrong region is redirected, though its answer has no body")
    func redirectedHead() async throws {
        let answer = HTTPResponse(status: 400, headers: [("x-amz-bucket-region", "us-west-2")])
        let failure = try #require(await error(client(ScriptedTransport([.success(answer)]))))
        #expect(failure.kind == .redirected && failure.region == "us-west-2")
    }

    @Test("A document that cannot be read is taken for damaged and asked for again")
    func damaged() async throws {
        let transport = ScriptedTransport([.success(.ok("bad")), .success(.ok("good"))])
        let decode = { @Sendable (response: HTTPResponse) throws(AWSDecodingError) -> Int in
            guard response.body.count == 4 else { throw AWSDecodingError("three bytes") }
            return 4
        }
        #expect(try await client(transport).send(AWSRequest(), decode: decode) == 4)
        let hopeless = ScriptedTransport([.success(.ok("bad", [("x-amz-request-id", "R")]))])
        await #expect {
            try await client(hopeless).send(AWSRequest(), decode: decode)
        } throws: { error in
            guard let error = error as? AWSError else { return false }
            return error.kind == .invalidAnswer && error.attempts == 6 && error.requestID == "R"
                && error.message.contains("three bytes")
        }
    }

    @Test("An error under status 200 is one, in a service's document and not in a user's data")
    func errorUnder200() async throws {
        let body = String(decoding: HTTPResponse.s3(200, "InternalError").body, as: UTF8.self)
        let transport = ScriptedTransport([.success(.ok(body)), .success(.ok("x"))])
        #expect(try await text(client(transport), AWSRequest(isAnsweredByDocument: true)) == "x")
        let final = ScriptedTransport([
            .success(.ok(body.split(separator: "InternalError").joined(separator: "SlowDown")))
        ])
        let error = try #require(await error(client(final), AWSRequest(isAnsweredByDocument: true)))
        #expect(error.kind == .throttled && error.status == 200 && error.code == "SlowDown")
        #expect(try await text(client(ScriptedTransport([.success(.ok(body))]))) == body)
        let unknown = ScriptedTransport([.success(.ok("  <Error><Code>Odd</Code></Error>"))])
        let odd = try #require(await self.error(client(unknown), AWSRequest(isAnsweredByDocument: true)))
        #expect(odd.kind == .refused && unknown.requests.count == 1)
    }

    @Test("What may have been done already is not sent again, unless that does no harm")
    func notIdempotent() async throws {
        let request = AWSRequest(method: "POST", isIdempotent: false)
        for answer in [ScriptedTransport.Answer.failure(.connectionLost("x")), .success(HTTPResponse(status: 500))] {
            let transport = ScriptedTransport([answer])
            #expect(await error(client(transport), request)?.kind == .transient)
            #expect(transport.requests.count == 1)
        }
        for answer in [ScriptedTransport.Answer.failure(.unreachable("x")), .success(.s3(503, "SlowDown"))] {
            let transport = ScriptedTransport([answer, .success(.ok("x"))])
            #expect(try await text(client(transport), request) == "x")
        }
    }

    @Test("A cancelled task ends at once, before it sends, while it sends and while it waits")
    func cancelled() async throws {
        let transport = ScriptedTransport([.success(HTTPResponse(status: 500))])
        let waiting = AWSClient(
            service: "s3", region: "r", endpoint: AWSEndpoint(host: "h"),
            credentials: CredentialsProvider(Self.credentials), transport: transport,
            time: AWSTime(
                now: { Timestamp(nanoseconds: 0) },
                sleep: { _ async throws(CancellationError) in
                    unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                    throw CancellationError()
                }, random: { 1 }))
        let interrupted = await withTaskGroup(of: AWSError?.self) { group in
            group.addTask { await error(waiting) }
            return await group.next() ?? nil
        }
        #expect(interrupted?.kind == .cancelled)
        #expect(transport.requests.count == 1)
        let sending = ScriptedTransport([.failure(.cancelled)])
        let failure = try #require(await error(client(sending)))
        #expect(failure.kind == .cancelled && failure.description == "cancelled: GET http://localhost:9000/b é/k")
        let before = await withTaskGroup(of: AWSError?.self) { group in
            group.cancelAll()
            group.addTask { await error(client(transport)) }
            return await group.next() ?? nil
        }
        #expect(before?.kind == .cancelled)
        #expect(transport.requests.count == 1)
    }

    @Test("A key with control characters, and a message with some, leave an error one line")
    func controls() async throws {
        let body = "<Error><Code>Odd\u{1B}[1m</Code><Message>a\u{7}\nb</Message></Error>"
        let answer = HTTPResponse(status: 400, body: Array(body.utf8))
        let error = try #require(
            await error(client(ScriptedTransport([.success(answer)])), AWSRequest(path: "/a\n\u{1B}b")))
        #expect(error.description == "GET http://localhost:9000/b é/a��b: 400 Odd�[1m: a�")
    }

    @Test("An error says what, where and what to do, in one line")
    func description() async throws {
        let client = client(ScriptedTransport([.success(.s3(403, "AccessDenied"))]))
        let error = try #require(await error(client))
        #expect(
            error.description
                == "GET http://localhost:9000/b é/k: 403 AccessDenied: Of AccessDenied. (request 4442587FB7D0A2F9); "
                + "give these credentials the right to do it")
        let head = try #require(await self.error(self.client(ScriptedTransport([.success(HTTPResponse(status: 503))]))))
        #expect(
            head.description
                == "GET http://localhost:9000/b é/k: 503 no more is said, 6 times; "
                + "check the network and the service's health")
    }
}
