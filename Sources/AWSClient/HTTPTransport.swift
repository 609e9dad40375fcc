/// What carries HTTP requests: the network, or an answerer in a test.
public protocol HTTPTransport: Sendable {
    /// Sends one request and takes in the whole body; never follows a redirect.
    func send(_ request: HTTPRequest, limits: HTTPLimits) async throws(HTTPTransportError) -> HTTPResponse
}
