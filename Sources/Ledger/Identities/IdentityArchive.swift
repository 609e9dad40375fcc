public import UsageModel

/// Keeps the identities of accepted events on disk: writes those that left the memory, and merges what was written.
///
/// One task owns it, on an executor that may wait, for all of it blocks on the disk. Who looks identities up reads what it
/// publishes in ``history``.
public struct IdentityArchive: Sendable {
    /// How many events a step of merging moves: some milliseconds.
    private static let step = 1 << 16

    /// Where the runs are looked up.
    public let history: IdentityHistory
    private(set) var store: IdentityStore
    private var merge: IdentityMerge?
    private var flushes = 0

    init(_ store: IdentityStore) {
        self.store = store
        history = IdentityHistory(IdentityView(place: store.place, runs: store.runs, flushes: 0))
    }

    /// Hours before this one are forgotten.
    public var prunedBefore: Int32 { store.manifest.prunedBefore }

    /// Writes events as a run and publishes it; hours that are forgotten are let go of.
    ///
    /// - Parameters:
    ///   - events: all that were accepted since the last call, or since the opening.
    ///   - frame: the last commit that any of them came with. It is durable.
    ///   - horizon: what counts under that commit's watermark.
    public mutating func flush(
        _ events: SortedIdentities, through frame: LedgerFrame, within horizon: IdentityHorizon
    ) throws(LedgerError) {
        try store.flush(events, through: frame.mark, within: horizon)
        flushes += 1
        publish()
    }

    /// Merges runs for some milliseconds, if there is something to merge.
    /// - Returns: whether there is more to do.
    public mutating func compact() throws(LedgerError) -> Bool {
        try compact(events: IdentityArchive.step)
    }

    mutating func compact(events: Int) throws(LedgerError) -> Bool {
        if merge == nil {
            merge = store.merge()
            if let merge { store.reserve(merge) }
        }
        do {
            guard try merge?.advance(events: events) ?? false else { return merge != nil }
        } catch {
            try store.place.mark(error)
            throw error
        }
        if let merge { try store.finish(merge) }
        merge = nil
        publish()
        return true
    }

    private func publish() {
        history.publish(IdentityView(place: store.place, runs: store.runs, flushes: flushes))
    }
}
