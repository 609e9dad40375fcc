public import UsageModel

/// A number of a statement that is not that of the ledger, or one that the statement does not have.
public struct StatementDifference: Sendable {
    /// What can be said of how it came about.
    public enum Cause: Sendable, Hashable {
        /// Both have a number. Where it is explained, the sources come to the ledger's.
        case statementDiffers
        /// The statement does not list usage that the ledger has.
        case notInStatement
        /// The ledger has no usage of the tenant in the window.
        case notInLedger
        /// The ledger's number cannot be made again from the sources.
        case ledgerInDoubt(AuditDifference.Cause)

        public var text: String {
            switch self {
            case .statementDiffers: "statement differs"
            case .notInStatement: "not in statement"
            case .notInLedger: "not in ledger"
            case .ledgerInDoubt(let cause): cause.rawValue
            }
        }
    }

    /// The statement's line; `nil` where it has none.
    public var line: Int?
    public var meter: String
    public var tenant: ByteString
    public var window: Window
    /// `nil` where it has none.
    public var statement: Quantity?
    /// `nil` where it has none.
    public var ledger: Quantity?
    /// What the ledger's number was made of, in the order of the ledger; `nil` where nobody looked.
    public internal(set) var commits: [Explanation.Part]?

    /// The statement's number less the ledger's, where nothing is 0; `nil` where it is out of range.
    public var difference: Quantity? { (statement ?? .zero).subtracting(ledger ?? .zero) }

    public var cause: Cause {
        for part in commits ?? [] where !part.isConfirmed {
            return .ledgerInDoubt(part.ranges.lazy.compactMap(\.fault).first ?? .codeDiffers)
        }
        if statement == nil { return .notInStatement }
        return ledger == nil ? .notInLedger : .statementDiffers
    }
}
