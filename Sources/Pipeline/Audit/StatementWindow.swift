public import UsageModel
import Windowing

/// The window that a line of a statement is of.
public struct StatementWindow: Sendable, Hashable {
    /// How the ledger is asked for it.
    enum Kind: Sendable, Hashable {
        /// One of the meter's own windows.
        case own
        case unit(WindowGrid.Unit)
        /// All windows of the meter that start in it.
        case span
    }

    var kind: Kind
    public var window: Window
}
