/// Why a tenant table was not taken: where it is wrong and what to do.
public struct TenantTableError: Error, Sendable, Hashable {
    /// The file as the configuration names it.
    public var file: String
    /// The line, from 1; a quoted field that spans lines counts at its beginning.
    public var line: Int
    /// The place in the line, in characters from 1.
    public var column: Int
    /// What is wrong there and what to do about it.
    public var message: String

    public init(file: String, line: Int, column: Int, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }
}

extension TenantTableError: CustomStringConvertible {
    public var description: String { "\(file):\(line):\(column): \(message)" }
}
