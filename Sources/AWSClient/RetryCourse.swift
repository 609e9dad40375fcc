import UsageModel

/// The attempts of one request: says after each failure whether there is another one, and how.
struct RetryCourse {
    enum Step {
        case wait(RetryPolicy.Backoff, failures: Int)
        case setClock(Timestamp)
        case renewCredentials
    }

    let policy: RetryPolicy
    private(set) var attempts = 0
    private var transient = 0
    private var throttled = 0
    private var hasSetClock = false
    private var hasRenewed = false

    init(policy: RetryPolicy) {
        self.policy = policy
    }

    /// `nil` where the failure is final. The clock is set, and the credentials are renewed, once.
    mutating func step(after failure: AWSClient.Failure, isIdempotent: Bool) -> Step? {
        attempts += 1
        if failure.mayBeDone && !isIdempotent { return nil }
        switch failure.remedy {
        case .nothing: return nil
        case .wait where failure.error.kind == .throttled:
            throttled += 1
            return throttled < policy.throttled.attempts ? .wait(policy.throttled, failures: throttled) : nil
        case .wait:
            transient += 1
            return transient < policy.transient.attempts ? .wait(policy.transient, failures: transient) : nil
        case .setClock(let serverTime):
            defer { hasSetClock = true }
            return hasSetClock ? nil : .setClock(serverTime)
        case .renewCredentials:
            defer { hasRenewed = true }
            return hasRenewed ? nil : .renewCredentials
        }
    }
}
