import Ledger
import UsageModel
import Windowing

/// Tells first events from repeats: the recent ones by memory, older ones by what lies on disk.
///
/// Which earlier events count follows from the watermark of the last commit alone, so it makes no difference what is in
/// memory and what on disk. Memory is bounded: at the end of a commit it is emptied when it is full, and what was in it is
/// looked up in memory still until it is found on disk.
struct RepeatFinder {
    /// Events that leave the memory.
    struct Frozen: Sendable {
        var table: IdentityTable
        /// What counts under the watermark of the commit that they end with.
        var horizon: IdentityHorizon
    }

    private var recent = Deduplicator()
    private let history: IdentityHistory
    private let retention: IdentityRetention
    private let limits: IdentityLimits
    private var horizon: IdentityHorizon
    private var freezes = 0
    /// Commits since the memory was emptied.
    private var commits: Int

    /// - Parameter watermark: that of the ledger's last commit.
    init(
        _ identities: IdentityOpening, retention: IdentityRetention, watermark: Timestamp?, limits: IdentityLimits
    ) {
        history = identities.archive.history
        self.retention = retention
        self.limits = limits
        horizon = retention.horizon(watermark: watermark, prunedBefore: identities.archive.prunedBefore)
        commits = identities.recentCommits
        recent.insert(identities.recent)
    }

    /// Whether the memory is full.
    var isFull: Bool {
        recent.recentCount >= limits.maximumEvents(besideFilters: history.view.filterBytes)
    }

    /// Whether events that left the memory are not yet found on disk.
    var isWriting: Bool { history.view.flushes < freezes }

    /// Takes in each row that is the first with its identity. It blocks when repeats are to be looked up on disk.
    /// - Parameter sameHour: whether only an event at the same hour is the same one, whatever the horizon.
    mutating func admit(_ batch: AttributedBatch, sameHour: Bool = false) throws(LedgerError) -> Admission {
        let view = history.view
        let horizon = sameHour ? IdentityHorizon(firstHour: .max, prunedBefore: horizon.prunedBefore) : horizon
        // Between the two they would be found twice, which is the same; the other way round, perhaps not at all.
        if recent.isFrozen, view.flushes == freezes { recent.release() }
        return recent.admit(batch, within: horizon, known: try view.find(batch.events, within: horizon))
    }

    /// Ends a commit: from now on its watermark says what counts.
    /// - Returns: the events that leave the memory, if it is time for it and those before are written.
    mutating func commit(watermark: Timestamp?) -> Frozen? {
        horizon = retention.horizon(watermark: watermark, prunedBefore: horizon.prunedBefore)
        commits += 1
        guard isFull || commits >= limits.maximumCommits, !isWriting else { return nil }
        if recent.isFrozen { recent.release() }
        freezes += 1
        commits = 0
        return Frozen(table: recent.freeze(), horizon: horizon)
    }
}
