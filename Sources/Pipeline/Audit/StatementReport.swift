/// What a comparison of a statement with the ledger found.
public struct StatementReport: Sendable {
    /// Lines that were compared.
    public var lines = 0
    /// Lines of the statement in the order of the file, then what it does not list by meter, window and tenant.
    public internal(set) var differences: [StatementDifference] = []

    public var isIdentical: Bool { differences.isEmpty }

    /// Lines whose number is the ledger's, or near enough.
    public var agreeing: Int { lines - differences.count { $0.line != nil } }
}
