import UsageModel

/// The runs of a ledger's identities on disk, and the manifest that names them.
///
/// All of it follows from the segments, which stay the truth. A run is written and made durable before the manifest names
/// it, and the manifest is replaced as a whole; so after a crash it names runs that are whole, and a frame up to which
/// nothing is missing in them. Files that it does not name are nobody's.
struct IdentityStore: Sendable {
    let place: LedgerDirectory
    let limits: IdentityLimits
    private(set) var manifest: IdentityManifest
    /// Those that the manifest names, in its order.
    private(set) var runs: [IdentityRun]
    /// What counted when the last run was written.
    private(set) var horizon: IdentityHorizon
    private var failure: LedgerError?

    init(
        _ manifest: IdentityManifest, _ runs: [IdentityRun], in place: LedgerDirectory, limits: IdentityLimits,
        horizon: IdentityHorizon
    ) {
        self.place = place
        self.limits = limits
        self.manifest = manifest
        self.runs = runs
        self.horizon = horizon
    }

    /// How many recent events the filters of the runs leave room for.
    var maximumEvents: Int { limits.maximumEvents(besideFilters: runs.reduce(0) { $0 + $1.filterBytes }) }

    /// Writes events as a run, lets go of runs that are all forgotten, and says durably that all identities of the frames up
    /// to `mark` are here.
    ///
    /// - Parameters:
    ///   - mark: a frame that is durable. The events are all of those since the last mark.
    ///   - horizon: what counts under the watermark of that frame.
    /// - Throws: after a failure every later call throws: what is on disk is found out by the next opening.
    mutating func flush(
        _ events: SortedIdentities, through mark: SegmentReader.Mark, within horizon: IdentityHorizon
    ) throws(LedgerError) {
        try poisoning { (store) throws(LedgerError) in try store.write(events, through: mark, within: horizon) }
    }

    /// What to merge, if there is enough of it.
    func merge() -> IdentityMerge? {
        guard let inputs = mergeable else { return nil }
        return IdentityMerge(
            inputs, number: manifest.nextRun, ledger: manifest.ledger, in: place,
            prunedBefore: manifest.prunedBefore, filterFrom: horizon.firstHour)
    }

    /// Takes the number of a merge that was begun, so that runs written meanwhile have others.
    mutating func reserve(_ merge: IdentityMerge) {
        manifest.nextRun += 1
    }

    /// Puts a merge's result in the place of what it was made of.
    mutating func finish(_ merge: IdentityMerge) throws(LedgerError) {
        try poisoning { (store) throws(LedgerError) in try store.replace(merge) }
    }

    private mutating func write(
        _ events: SortedIdentities, through mark: SegmentReader.Mark, within horizon: IdentityHorizon
    ) throws(LedgerError) {
        var next = runs.filter { $0.lastHour >= horizon.prunedBefore }
        var manifest = manifest
        if let last = events.hours.last, last.hour >= horizon.prunedBefore {
            next.append(try IdentityRun.write(events, manifest, in: place, within: horizon))
            manifest.nextRun += 1
        }
        manifest.mark = mark
        manifest.prunedBefore = horizon.prunedBefore
        self.horizon = horizon
        try publish(manifest, next)
    }

    private mutating func replace(_ merge: IdentityMerge) throws(LedgerError) {
        guard let result = merge.result else { return }
        let old = Set(merge.inputs.map(\.header.number))
        var next = runs
        let index = next.firstIndex { old.contains($0.header.number) } ?? next.count
        next.removeAll { old.contains($0.header.number) }
        next.insert(result, at: min(index, next.count))
        try publish(manifest, next)
    }

    /// Replaces the manifest, and then removes the files that it does not name any more.
    private mutating func publish(_ manifest: IdentityManifest, _ next: [IdentityRun]) throws(LedgerError) {
        var manifest = manifest
        manifest.runs = next.map {
            IdentityManifest.Run(number: $0.header.number, headerChecksum: $0.header.checksum)
        }
        try place.createAtomically(IdentityManifest.name, in: place.identities, bytes: manifest.encoded())
        let kept = Set(next.map(\.header.number))
        let dropped = runs.filter { !kept.contains($0.header.number) }
        self.manifest = manifest
        runs = next.map { $0.trimmed(to: horizon.firstHour) }
        for run in dropped { try place.disk.remove(place.identities + "/" + run.name) }
    }

    /// The oldest small runs once there are enough of them, or two large neighbours that are about the same size.
    private var mergeable: [IdentityRun]? {
        let small = runs.filter { $0.entries < limits.smallRunEvents }
        if small.count >= limits.mergeWidth {
            var total = 0
            let fitting = small.prefix(limits.mergeWidth).prefix {
                total += $0.entries
                return total <= limits.maximumRunEvents
            }
            if fitting.count > 1 { return Array(fitting) }
        }
        let large = runs.filter { $0.entries >= limits.smallRunEvents }
        for (left, right) in zip(large, large.dropFirst()) {
            let (less, more) = (min(left.entries, right.entries), max(left.entries, right.entries))
            if less + more <= limits.maximumRunEvents, more <= 2 * less { return [left, right] }
        }
        return nil
    }

    private mutating func poisoning(
        _ body: (inout IdentityStore) throws(LedgerError) -> Void
    ) throws(LedgerError) {
        if let failure { throw .poisoned(cause: failure.description) }
        do {
            try body(&self)
        } catch {
            failure = error
            throw error
        }
    }
}

extension IdentityRun {
    /// Writes a run of events that were sorted in memory, but for the hours that are forgotten.
    fileprivate static func write(
        _ events: SortedIdentities, _ manifest: IdentityManifest, in place: LedgerDirectory,
        within horizon: IdentityHorizon
    ) throws(LedgerError) -> IdentityRun {
        let from = max(horizon.firstHour, horizon.prunedBefore)
        let filtered = events.hours.filter { $0.hour >= from }
        let shape = IdentityFilter.Shape(entries: filtered.reduce(0) { $0 + $1.count }, hours: filtered.count)
        var filter = IdentityFilterBuilder(shape)
        for chunk in events.chunks {
            for event in chunk where event.hour >= from { filter.count(event.identity) }
        }
        var writer = try IdentityRunWriter(
            number: manifest.nextRun, ledger: manifest.ledger, in: place, filter: filter, shape: shape,
            filterFrom: horizon.firstHour)
        try events.forEachHour(from: horizon.prunedBefore) { (hour, words) throws(LedgerError) in
            for index in stride(from: 0, to: words.count, by: SortedIdentities.wordsPerEvent) {
                try writer.append(
                    Digest128(high: words[index], low: words[index + 1]), words[index + 2], hour: hour)
            }
        }
        return try writer.finish()
    }
}
