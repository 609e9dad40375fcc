/// How often a request is tried, and how long to wait before the next time.
///
/// The waits grow exponentially and are drawn from the whole range from zero on, so that many clients do not come back
/// together ("full jitter", https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
public struct RetryPolicy: Sendable, Hashable {
    public struct Backoff: Sendable, Hashable {
        /// With the first one.
        public var attempts: Int
        /// The greatest wait before the second attempt; it doubles from one to the next.
        public var base: Duration
        public var cap: Duration

        public init(attempts: Int, base: Duration, cap: Duration) {
            precondition(attempts > 0, "a request is tried at least once")
            self.attempts = attempts
            self.base = base
            self.cap = cap
        }

        /// The wait after so many failures.
        func delay(after failures: Int, random: Double) -> Duration {
            min(cap, base * (1 << min(max(failures - 1, 0), 30))) * random
        }
    }

    /// When the network, the service or an answer was bad.
    public var transient: Backoff
    /// When the service says that it is asked too often.
    public var throttled: Backoff
    /// The longest that a service may ask to wait by `Retry-After`.
    public var maximumRetryAfter: Duration

    public init(
        transient: Backoff = Backoff(attempts: 6, base: .milliseconds(100), cap: .seconds(10)),
        throttled: Backoff = Backoff(attempts: 12, base: .milliseconds(500), cap: .seconds(20)),
        maximumRetryAfter: Duration = .seconds(120)
    ) {
        self.transient = transient
        self.throttled = throttled
        self.maximumRetryAfter = maximumRetryAfter
    }
}
