/// A source could not be read.
public struct SourceError: Error, Sendable, CustomStringConvertible {
    /// The source's name in the configuration.
    public var source: String
    /// What failed, on which file, object or shard, and what to do.
    public var message: String

    public init(source: String, message: String) {
        self.source = source
        self.message = message
    }

    public var description: String { "source \(source): \(message)" }
}
