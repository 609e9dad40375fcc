import UsageModel

/// Asks a service of AWS, or one that speaks as it does: signs, sends, and tries again what may pass.
///
/// A copy shares the credentials, the connections and the correction of the clock with it.
public struct AWSClient: Sendable {
    /// `s3`, `kinesis`, `sts`: as the signature has it.
    public let service: String
    public let region: String
    public let endpoint: AWSEndpoint
    let credentials: CredentialsProvider
    let transport: any HTTPTransport
    let retry: RetryPolicy
    let time: AWSTime
    private let signer: RequestSigner
    private let clock = ServiceClock()

    public init(
        service: String, region: String, endpoint: AWSEndpoint, credentials: CredentialsProvider,
        transport: any HTTPTransport, retry: RetryPolicy = RetryPolicy(), time: AWSTime = .system
    ) {
        self.service = service
        self.region = region
        self.endpoint = endpoint
        self.credentials = credentials
        self.transport = transport
        self.retry = retry
        self.time = time
        signer = RequestSigner(service: service, region: region)
    }

    /// How far the service's clock is before this machine's, as far as it is known.
    public var clockOffset: Duration { clock.offset }

    /// Signs, sends, retries.
    /// - Parameter decode: reads an answer of success; when it throws, the answer is taken for damaged on the way, and
    ///   the request is tried again.
    /// - Throws: ``AWSError`` when it is final or was tried often enough; its kind is `cancelled` when the task is.
    public func send<Value: Sendable>(
        _ request: AWSRequest, decode: @Sendable (HTTPResponse) throws(AWSDecodingError) -> Value
    ) async throws(AWSError) -> Value {
        var course = RetryCourse(policy: retry)
        while true {
            if Task.isCancelled { throw cancelled(request) }
            let current = try await credentials.credentials()
            var failure: Failure
            do throws(Failure) {
                return try await attempt(request, with: current, decode: decode)
            } catch { failure = error }
            guard let step = course.step(after: failure, isIdempotent: request.isIdempotent) else {
                failure.error.attempts = course.attempts
                throw failure.error
            }
            switch step {
            case .wait(let backoff, let failures):
                let delay = max(backoff.delay(after: failures, random: time.random()), failure.retryAfter ?? .zero)
                do { try await time.sleep(delay) } catch { throw cancelled(request) }
            case .setClock(let serverTime): clock.set(serverTime.since(time.now()))
            case .renewCredentials: try await renew(current, after: failure.error)
            }
        }
    }

    /// An attempt that failed.
    struct Failure: Error {
        var error: AWSError
        var remedy: FailureClass.Remedy
        /// Whether the service may have carried the request out.
        var mayBeDone = true
        var retryAfter: Duration?
    }

    private func attempt<Value: Sendable>(
        _ request: AWSRequest, with credentials: Credentials,
        decode: @Sendable (HTTPResponse) throws(AWSDecodingError) -> Value
    ) async throws(Failure) -> Value {
        let now = time.now().adding(clock.offset)
        let signed = signer.sign(unsigned(request), with: credentials, at: now)
        let response: HTTPResponse
        do {
            response = try await transport.send(signed, limits: request.limits)
        } catch {
            throw failure(of: request, error)
        }
        if response.isSuccess, request.isAnsweredByDocument, let fault = ServiceFault(successThatFailed: response) {
            throw failure(of: request, response, fault, signedAt: now, with: credentials)
        }
        guard response.isSuccess else {
            throw failure(of: request, response, ServiceFault(response), signedAt: now, with: credentials)
        }
        do throws(AWSDecodingError) {
            return try decode(response)
        } catch {
            let message = "the answer cannot be read: \(error.message)"
            let error = AWSError(
                kind: .invalidAnswer, status: response.status, message: message,
                requestID: ServiceFault(response).requestID, place: place(of: request))
            throw Failure(error: error, remedy: .wait)
        }
    }

    /// The request at the endpoint.
    private func unsigned(_ request: AWSRequest) -> HTTPRequest {
        HTTPRequest(
            method: request.method, scheme: endpoint.scheme, host: endpoint.host, port: endpoint.port,
            path: PercentEncoding.encode(endpoint.basePath + request.path, keepsSlash: true), query: request.query,
            headers: request.headers, body: request.body)
    }

    /// Keys may hold any character; an error stays one line.
    private func place(of request: AWSRequest) -> String {
        "\(request.method) \(endpoint)\(request.path)".withoutControls
    }

    private func cancelled(_ request: AWSRequest) -> AWSError {
        AWSError(kind: .cancelled, message: "cancelled", place: place(of: request))
    }

    private func failure(of request: AWSRequest, _ error: HTTPTransportError) -> Failure {
        let failureClass = FailureClass(of: error)
        return Failure(
            error: AWSError(kind: failureClass.kind, message: error.description, place: place(of: request)),
            remedy: failureClass.remedy, mayBeDone: !error.isBeforeSending)
    }

    private func failure(
        of request: AWSRequest, _ response: HTTPResponse, _ fault: ServiceFault, signedAt: Timestamp,
        with credentials: Credentials
    ) -> Failure {
        let serverTime = response.header("date").flatMap { Timestamp(httpDate: $0) }
        // The status says nothing of an error that came with 200; its code does.
        let failureClass = FailureClass(
            status: response.isSuccess ? 400 : response.status, fault: fault, serverTime: serverTime,
            signedAt: signedAt)
        let error = AWSError(
            kind: failureClass.kind, status: response.status, code: fault.code,
            message: fault.message.map(credentials.redact) ?? "no more is said", requestID: fault.requestID,
            place: place(of: request), region: fault.region)
        return Failure(
            error: error, remedy: failureClass.remedy, mayBeDone: failureClass.kind == .transient,
            retryAfter: retryAfter(response))
    }

    /// Seconds or a date (RFC 9110, section 10.2.3).
    private func retryAfter(_ response: HTTPResponse) -> Duration? {
        guard let text = response.header("retry-after") else { return nil }
        let asked =
            Int64(text).map { .seconds($0) }
            ?? Timestamp(httpDate: text).map { $0.since(time.now().adding(clock.offset)) }
        return asked.map { min(max($0, .zero), retry.maximumRetryAfter) }
    }

    private func renew(_ used: Credentials, after expired: AWSError) async throws(AWSError) {
        var expired = expired
        do throws(AWSError) {
            if try await credentials.renewed(replacing: used) != used { return }
        } catch {
            if error.kind == .cancelled { throw error }
            expired.message += "; no newer ones: \(error)"
        }
        throw expired
    }
}
