/// How much one request may take.
public struct HTTPLimits: Sendable, Hashable {
    /// A longer body is refused as soon as its length is known.
    public var maximumBodyBytes: Int
    /// For a connection with its TLS handshake, and for waiting until one of the pool is free.
    public var connectTimeout: Duration
    /// How long no byte may move.
    public var readIdleTimeout: Duration
    /// For the whole request; `nil` for as long as bytes move.
    public var totalTimeout: Duration?

    public init(
        maximumBodyBytes: Int = 64 << 20, connectTimeout: Duration = .seconds(10),
        readIdleTimeout: Duration = .seconds(30), totalTimeout: Duration? = nil
    ) {
        self.maximumBodyBytes = maximumBodyBytes
        self.connectTimeout = connectTimeout
        self.readIdleTimeout = readIdleTimeout
        self.totalTimeout = totalTimeout
    }
}
