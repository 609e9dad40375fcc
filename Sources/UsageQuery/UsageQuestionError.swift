/// What was asked for cannot be answered as it is asked.
public struct UsageQuestionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and what to do, for a person.
    public var description: String

    init(_ description: String) {
        self.description = description
    }
}
