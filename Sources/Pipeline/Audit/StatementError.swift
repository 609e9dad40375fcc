/// Why a statement was not taken: where it is wrong and what to do.
public struct StatementError: Error, Sendable, Hashable {
    /// The file as it was named.
    public var file: String
    /// The line, from 1; `nil` where the file could not be read.
    public var line: Int?
    /// The place in the line, in characters from 1.
    public var column: Int?
    /// What is wrong there and what to do about it.
    public var message: String
}

extension StatementError: CustomStringConvertible {
    public var description: String {
        let place = [line, column].compactMap { $0.map { ":\($0)" } }.joined()
        return "\(file)\(place): \(message)"
    }
}
