import TenantMapping
import UsageModel

/// A tenant table as it came into force, with the text that the ledger keeps of it.
struct TenantVersion: Sendable {
    /// Counts the tables of a run.
    var number: Int
    var table: TenantTable
    var document: [UInt8]
}
