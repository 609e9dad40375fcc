import UsageModel

/// Keeps the credentials, and renews them before they expire.
///
/// From five minutes before that on, the first who asks fetches newer ones; the others take those at hand for as long as
/// they hold. When fetching fails they are kept too, and fetching is tried again every minute.
public actor CredentialsProvider {
    private let load: @Sendable () async throws(AWSError) -> Credentials
    private let time: AWSTime
    private var current: Credentials?
    private var isLoading = false
    /// Counts the loads that succeeded.
    private var generation = 0
    /// Credentials that hold are not fetched anew before.
    private var nextLoad = Timestamp(nanoseconds: .min)
    private let waiting = WaitingList()

    private static let margin = Duration.seconds(300)
    private static let pause = Duration.seconds(60)

    /// - Parameter load: fetches credentials; never called twice at once.
    public init(time: AWSTime = .system, load: @escaping @Sendable () async throws(AWSError) -> Credentials) {
        self.time = time
        self.load = load
    }

    /// Always the same.
    public init(_ credentials: Credentials) {
        self.init { () async throws(AWSError) in credentials }
    }

    /// What AWS's own tools would use: of the environment, the profile, a web identity, a container, or the instance.
    /// - Parameters:
    ///   - transport: asks STS and the endpoints of credentials.
    ///   - profile: before `AWS_PROFILE`; credentials in variables do not count then.
    ///   - region: of STS; without one it is asked at its global endpoint.
    public init(
        environment: AWSEnvironment, transport: any HTTPTransport, profile: String? = nil, region: String? = nil,
        time: AWSTime = .system
    ) {
        let chain = CredentialsChain(
            environment: environment, fetcher: CredentialsFetcher(transport: transport, time: time), profile: profile,
            region: region)
        self.init(time: time) { () async throws(AWSError) in try await chain.load() }
    }

    /// Credentials that hold.
    public func credentials() async throws(AWSError) -> Credentials {
        while true {
            if Task.isCancelled { throw cancelled }
            if let current, holds(current), !isDue(current) || isLoading { return current }
            if !isLoading { return try await loadOnce(keeping: current) }
            await waiting.wait()
        }
    }

    /// Newer credentials than those that a service refused as expired. They are the same where there are none.
    public func renewed(replacing used: Credentials) async throws(AWSError) -> Credentials {
        let start = generation
        while true {
            if Task.isCancelled { throw cancelled }
            if let current, current != used || generation != start { return current }
            if !isLoading { return try await loadOnce(keeping: nil) }
            await waiting.wait()
        }
    }

    /// - Parameter old: taken where loading fails and they still hold.
    private func loadOnce(keeping old: Credentials?) async throws(AWSError) -> Credentials {
        isLoading = true
        defer {
            isLoading = false
            nextLoad = time.now().adding(CredentialsProvider.pause)
            waiting.wakeAll()
        }
        do throws(AWSError) {
            let fresh = try await load()
            current = fresh
            generation += 1
            return fresh
        } catch {
            guard let old, holds(old), error.kind != .cancelled else { throw error }
            return old
        }
    }

    private func holds(_ credentials: Credentials) -> Bool {
        credentials.expiration.map { time.now() < $0 } ?? true
    }

    private func isDue(_ credentials: Credentials) -> Bool {
        guard let expiration = credentials.expiration else { return false }
        let now = time.now()
        return now >= nextLoad && now >= expiration.adding(.zero - CredentialsProvider.margin)
    }

    /// How many wait for credentials that another one fetches.
    var waitingCount: Int { waiting.count }

    private nonisolated var cancelled: AWSError { AWSError(kind: .cancelled, message: "cancelled") }
}
