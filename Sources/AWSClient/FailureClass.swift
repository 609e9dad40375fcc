import UsageModel

/// What a failed attempt means, and what may help.
struct FailureClass: Hashable {
    enum Remedy: Hashable {
        case nothing
        /// Trying again, after a while.
        case wait
        /// Signing again by the service's clock.
        case setClock(Timestamp)
        /// Signing again with newer credentials.
        case renewCredentials
    }

    var kind: AWSError.Kind
    var remedy: Remedy

    init(_ kind: AWSError.Kind, _ remedy: Remedy = .nothing) {
        self.kind = kind
        self.remedy = remedy
    }

    /// Sorts the answers of services
    /// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
    /// https://docs.aws.amazon.com/kinesis/latest/APIReference/CommonErrors.html).
    /// - Parameter signedAt: the time in the request's signature.
    init(status: Int, fault: ServiceFault, serverTime: Timestamp?, signedAt: Timestamp) {
        let code = fault.code ?? ""
        let isSkewed = serverTime.map { time in
            let skew = time.since(signedAt)
            return skew > FailureClass.tolerance || skew < .zero - FailureClass.tolerance
        }
        if FailureClass.throttling.contains(code) || status == 429 || status == 509 {
            self.init(.throttled, .wait)
        } else if code == "RequestTimeTooSkewed" || code == "RequestInTheFuture" {
            self.init(.clockSkew, serverTime.map { .setClock($0) } ?? .nothing)
        } else if FailureClass.late.contains(code) || code.isEmpty && status == 403, isSkewed == true, let serverTime {
            self.init(.clockSkew, .setClock(serverTime))
        } else if FailureClass.expired.contains(code) {
            self.init(.expiredCredentials, .renewCredentials)
        } else if FailureClass.passing.contains(code) || FailureClass.isPassing(status) {
            self.init(.transient, .wait)
        } else {
            self.init(FailureClass.finalKind(status: status, code: code, region: fault.region))
        }
    }

    /// Why a request that got no answer failed.
    init(of error: HTTPTransportError) {
        switch error {
        case .cancelled: self.init(.cancelled)
        case .bodyTooLong: self.init(.invalidAnswer)
        case .untrusted, .malformed: self.init(.refused)
        case .unreachable, .timedOut, .connectionLost: self.init(.transient, .wait)
        }
    }

    private static func isPassing(_ status: Int) -> Bool {
        status == 408 || status >= 500 && status != 501 && status != 505
    }

    private static func finalKind(status: Int, code: String, region: String?) -> AWSError.Kind {
        switch (code, status) {
        case ("ExpiredIteratorException", _): .expiredIterator
        case ("ResourceNotFoundException", _): .notFound
        // An answer to HEAD has no body to tell its code in.
        case ("AuthorizationHeaderMalformed", _) where region != nil, ("", 400) where region != nil,
            ("IllegalLocationConstraintException", _),
            (_, 301), (_, 302), (_, 303), (_, 307), (_, 308):
            .redirected
        case ("PreconditionFailed", _), (_, 412), (_, 304): .preconditionFailed
        case (_, 401), (_, 403): .accessDenied
        case ("AccessDeniedException", _), ("UnrecognizedClientException", _), ("InvalidSignatureException", _),
            ("InvalidClientTokenId", _), ("AccessDenied", _), ("SignatureDoesNotMatch", _):
            .accessDenied
        case (_, 404), (_, 410): .notFound
        default: .refused
        }
    }

    /// AWS allows 5 minutes, S3 15; a clock that is nearly right is not what is wrong.
    private static let tolerance = Duration.seconds(240)

    private static let throttling: Set<String> = [
        "BandwidthLimitExceeded", "EC2ThrottledException", "KMSThrottlingException", "LimitExceededException",
        "PriorRequestNotComplete", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
        "RequestThrottled", "RequestThrottledException", "SlowDown", "ThrottledException", "Throttling",
        "ThrottlingException", "TooManyRequestsException",
    ]
    /// What a service says of a signature whose time is wrong, and of others as well; to HEAD it says nothing but 403.
    private static let late: Set<String> = ["InvalidSignatureException", "RequestExpired"]
    private static let expired: Set<String> = ["ExpiredToken", "ExpiredTokenException", "RequestExpired"]
    private static let passing: Set<String> = [
        "InternalError", "InternalFailure", "InternalServerError", "OperationAborted", "RequestTimeout",
        "RequestTimeoutException", "ServiceUnavailable",
    ]
}
