public import UsageModel

/// What a ledger remembers of its events, as a writer that starts finds it.
public struct IdentityOpening: Sendable {
    public let archive: IdentityArchive
    /// The accepted events that are in no run, in the order of the ledger: they belong in memory.
    public let recent: [EventIdentity]
    /// How many commits they came with.
    public let recentCommits: Int
    /// Whether the runs were missing or not as they were written, and so were made again from all segments.
    public let isDerived: Bool

    init(_ opening: IdentityStore.Opening) {
        archive = IdentityArchive(opening.store)
        recent = opening.tail
        recentCommits = opening.tailCommits
        isDerived = opening.isDerived
    }
}
