/// A whole answer to one HTTP request.
public struct HTTPResponse: Sendable {
    public var status: Int
    /// In the order of arrival; a name may come again.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The value of the first header of this name, whatever the case of its letters.
    public func header(_ name: String) -> String? {
        headers.value(of: name)
    }

    var isSuccess: Bool { (200..<300).contains(status) }
}

/// Tells the size of the body, never what it or the headers hold: an answer of STS holds credentials.
extension HTTPResponse: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "HTTP \(status) with \(body.count) bytes" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["status": status, "bodyBytes": body.count]) }
}
