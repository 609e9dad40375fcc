/// What a document does not keep of a schema, and where.
public struct SchemaViolation: Sendable, Hashable {
    /// A JSON Pointer to the value that is wrong; for a key that is not allowed to that key. Empty for the whole.
    public var instance: String
    /// A JSON Pointer to the keyword, after the URI or file of the schema that it stands in.
    public var keyword: String
    /// What must be, and what is: `must be at least 0, is -4 (minimum)`.
    public var message: String

    public init(instance: String, keyword: String, message: String) {
        self.instance = instance
        self.keyword = keyword
        self.message = message
    }
}

extension SchemaViolation: CustomStringConvertible {
    /// Such as `/data/bytes: must be at least 0, is -4 (minimum)`.
    public var description: String {
        instance.isEmpty ? message : "\(instance): \(message)"
    }
}
