/// An answer of success that cannot be read: taken for damaged on the way, so that the request is tried again.
public struct AWSDecodingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, without the answer's contents.
    public var message: String

    public init(_ message: String) {
        self.message = message
    }

    public var description: String { message }
}
