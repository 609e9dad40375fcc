/// The configuration cannot be used: one clear line for whoever wrote it.
public struct ConfigurationError: Error, Sendable, Hashable {
    /// The file, as it was named.
    public var file: String
    /// The line, from 1; `nil` when no place in the file is meant.
    public var line: Int?
    /// The column, from 1, counted in characters; only for text that is not YAML.
    public var column: Int?
    /// What is wrong, where in the configuration, and what would be right.
    public var message: String

    public init(file: String, line: Int? = nil, column: Int? = nil, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// Such as `odometer.yaml:12: meters[0].window: "7m" does not divide a day`.
    public var description: String {
        let place = [line, column].compactMap { $0.map { ":\($0)" } }.joined()
        return "\(file)\(place): \(message)"
    }
}
