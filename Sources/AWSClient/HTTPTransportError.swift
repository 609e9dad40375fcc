/// Why a request got no whole answer.
public enum HTTPTransportError: Error, Sendable, Hashable {
    /// No connection: the name is unknown, or nothing listens there.
    case unreachable(String)
    /// The other side is not who it should be, or speaks no TLS that is safe.
    case untrusted(String)
    case timedOut(Timeout)
    /// The connection broke off, or the body ended before its announced length.
    case connectionLost(String)
    /// The body is longer than `HTTPLimits.maximumBodyBytes`.
    case bodyTooLong(maximum: Int)
    /// The request cannot be sent as it is, or the answer is not HTTP.
    case malformed(String)
    case cancelled

    public enum Timeout: String, Sendable {
        case connect, idle, total
    }

    /// Whether the other side cannot have got the request.
    var isBeforeSending: Bool {
        switch self {
        case .unreachable, .untrusted, .timedOut(.connect): true
        default: false
        }
    }
}

extension HTTPTransportError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreachable(let detail): "no connection (\(detail)); check the endpoint's name and the network"
        case .untrusted(let detail):
            "TLS failed (\(detail)); if the endpoint has its own authority, name its certificates in AWS_CA_BUNDLE"
        case .timedOut(.connect): "no connection in time; check the endpoint's name and the network"
        case .timedOut(.idle): "no byte came in time"
        case .timedOut(.total): "the answer was not whole in time"
        case .connectionLost(let detail): "the connection broke off (\(detail))"
        case .bodyTooLong(let maximum): "the answer is longer than the \(maximum) bytes that are allowed"
        case .malformed(let detail): "not an HTTP exchange (\(detail)); check that the endpoint is the service's"
        case .cancelled: "cancelled"
        }
    }
}
