/// A run could not go on. What was committed stays; the next run goes on from there.
public struct RunError: Error, Sendable, CustomStringConvertible {
    /// What failed, where, and what to do.
    public var description: String

    public init(_ description: String) {
        self.description = description
    }
}
