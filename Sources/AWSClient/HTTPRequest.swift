/// One HTTP request, as a transport sends it.
public struct HTTPRequest: Sendable {
    public enum Scheme: String, Sendable, Hashable {
        case http, https
    }

    /// `GET`, `PUT`, `POST`, `HEAD`.
    public var method: String
    public var scheme: Scheme
    /// A name, or an address; an IPv6 address stands in brackets.
    public var host: String
    /// `nil` for the scheme's own.
    public var port: Int?
    /// Percent-encoded; it begins with `/` and is sent as it is.
    public var path: String
    /// Not encoded; sent in this order.
    public var query: [(name: String, value: String)]
    /// Without `Content-Length`, which the transport sets.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(
        method: String = "GET", scheme: Scheme = .https, host: String, port: Int? = nil, path: String = "/",
        query: [(name: String, value: String)] = [], headers: [(name: String, value: String)] = [], body: [UInt8] = []
    ) {
        self.method = method
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// The value of the first header of this name, whatever the case of its letters.
    public func header(_ name: String) -> String? {
        headers.value(of: name)
    }

    /// What stands in the `Host` header: the port only where it is not the scheme's own.
    public var authority: String {
        switch (scheme, port) {
        case (_, nil), (.http, 80), (.https, 443): host
        case (_, .some(let port)): "\(host):\(port)"
        }
    }

    /// The target of the request line (RFC 9112, section 3.2.1): the path and the encoded query.
    public var target: String {
        if query.isEmpty { return path }
        let pairs = query.map { PercentEncoding.encode($0.name) + "=" + PercentEncoding.encode($0.value) }
        return path + "?" + pairs.joined(separator: "&")
    }
}

/// Says where the request goes, never what its headers, its query or its body hold.
extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "\(method) \(scheme.rawValue)://\(authority)\(path)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror {
        Mirror(self, children: ["request": description, "bodyBytes": body.count])
    }
}

extension [(name: String, value: String)] {
    /// The value of the first header of this name, whatever the case of its letters.
    func value(of name: String) -> String? {
        first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
