/// Why a commit changed the usage of a window that had been closed. The raw value stands in the ledger.
public enum Correction: UInt8, Sendable, Hashable, CaseIterable {
    /// Its events came after the watermark had passed the window's end and the lateness.
    case late = 1
    /// The window had been sealed.
    case sealed = 2
    /// All that a series had in the window, taken away, as it belongs to another tenant.
    case debit = 3
    /// What was taken away elsewhere, put where it belongs.
    case credit = 4

    /// The name in JSON and tables.
    public var name: String {
        switch self {
        case .late: "late"
        case .sealed: "sealed"
        case .debit: "reassigned_debit"
        case .credit: "reassigned_credit"
        }
    }
}
