/// A schema that cannot be used: one clear line for whoever wrote it.
public struct SchemaError: Error, Sendable, Hashable {
    /// The schema's file or URI.
    public var file: String
    /// The line of the file, from 1; `nil` when no place in the file is meant.
    public var line: Int?
    /// A JSON Pointer to the part of the schema that is wrong; empty for the whole.
    public var pointer: String
    /// What is wrong, and what would be right.
    public var message: String

    public init(file: String, line: Int? = nil, pointer: String = "", message: String) {
        self.file = file
        self.line = line
        self.pointer = pointer
        self.message = message
    }
}

extension SchemaError: CustomStringConvertible {
    /// Such as `usage.schema.json:12: /properties/id/type: must be a string or an array`.
    public var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return pointer.isEmpty ? "\(place): \(message)" : "\(place): \(pointer): \(message)"
    }
}
