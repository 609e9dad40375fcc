public import UsageModel

/// The runs as they are at one moment. They stay readable as long as somebody looks at them.
public struct IdentityView: Sendable {
    let place: LedgerDirectory
    let runs: [IdentityRun]
    /// How many times recent events were written since the opening.
    public let flushes: Int
    /// What the runs' filters take of the memory, in bytes.
    public let filterBytes: Int

    init(place: LedgerDirectory, runs: [IdentityRun], flushes: Int) {
        self.place = place
        self.runs = runs
        self.flushes = flushes
        filterBytes = runs.reduce(0) { $0 + $1.filterBytes }
    }

    /// What the runs know of each row of a batch; empty when they know nothing.
    ///
    /// It blocks on the disk: a read of memory for each row and run where nothing is found, and one to three reads of 1 KiB of
    /// the disk where something may be there.
    /// - Parameter horizon: it may only move on from one call to the next.
    /// - Throws: ``LedgerError/damaged(segment:offset:message:advice:)`` when a block is not what was written. The next
    ///   opening then makes the runs again.
    public func find(
        _ events: EventBatch, within horizon: IdentityHorizon
    ) throws(LedgerError) -> [IdentityMatch] {
        if runs.isEmpty || events.count == 0 { return [] }
        let hours = events.time.map(\.hour)
        let rows = IdentityRun.Rows(
            identities: events.identity, contents: events.content, hours: hours,
            leastHour: hours.min() ?? 0, greatestHour: hours.max() ?? 0)
        return try find(rows, within: horizon)
    }

    func find(_ rows: IdentityRun.Rows, within horizon: IdentityHorizon) throws(LedgerError) -> [IdentityMatch] {
        var matches = [IdentityMatch](repeating: .none, count: rows.identities.count)
        do {
            for run in runs { try run.find(rows, within: horizon, into: &matches) }
        } catch {
            try place.mark(error)
            throw error
        }
        return matches
    }
}
