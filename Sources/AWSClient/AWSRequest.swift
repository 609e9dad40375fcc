/// What an operation asks of a service; ``AWSClient`` signs it and sends it.
public struct AWSRequest: Sendable {
    public var method: String
    /// Begins with `/`, and is not encoded: each byte but `/` stands for itself, and nothing is normalised. The object
    /// with the key `a//../é +` has the path `/a//../é +`. What is under the endpoint's base path and in its bucket is
    /// meant.
    public var path: String
    /// Not encoded. The order does not matter, repeated names are kept.
    public var query: [(name: String, value: String)]
    /// All of them are signed. `Host`, `Content-Length` and those of the signature are added.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    public var limits: HTTPLimits
    /// Whether it does no harm to send it again when nobody knows whether it was carried out.
    public var isIdempotent: Bool
    /// Whether a success is answered by a document of the service, such as a listing. S3 can then say that it failed
    /// after it said 200, by an `<Error>`; in the data of a user the same bytes mean nothing.
    public var isAnsweredByDocument: Bool

    public init(
        method: String = "GET", path: String = "/", query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [], body: [UInt8] = [], limits: HTTPLimits = HTTPLimits(),
        isIdempotent: Bool = true, isAnsweredByDocument: Bool = false
    ) {
        precondition(path.utf8.first == UInt8(ascii: "/"), "a path begins with /")
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.limits = limits
        self.isIdempotent = isIdempotent
        self.isAnsweredByDocument = isAnsweredByDocument
    }
}

extension AWSRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "\(method) \(path)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["request": description, "bodyBytes": body.count]) }
}

/// What a service answers.
public typealias AWSResponse = HTTPResponse
