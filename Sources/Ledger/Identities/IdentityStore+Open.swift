import UsageModel

extension IdentityStore {
    /// What a reader of a run leaves that has found a damaged block: the next opening makes all runs again.
    static let damageMark = "damaged"

    /// What opening found and did.
    struct Opening: Sendable {
        var store: IdentityStore
        /// The accepted events that are in no run, in the order of the ledger.
        var tail: [EventIdentity]
        /// How many commits they came with.
        var tailCommits: Int
        /// Whether the runs had to be made again from all of the ledger.
        var isDerived: Bool
    }

    /// Opens the runs that the manifest names, and reads the frames after its mark. Where anything is not as it was
    /// written, or does not belong to these segments, all of it is made again from them.
    ///
    /// - Parameters:
    ///   - scan: the ledger's frames, checked.
    ///   - watermark: that of the last commit.
    /// - Complexity: the filters of the horizon and the frames after the mark; all frames when the runs are made again.
    ///   Memory is bounded by the limits either way.
    static func open(
        _ place: LedgerDirectory, _ scan: LedgerScan, in segments: any SegmentStore, limits: IdentityLimits,
        retention: IdentityRetention, watermark: Timestamp?
    ) throws(LedgerError) -> Opening {
        try place.makeDirectory(place.identities)
        let found = try load(place, scan, limits, retention, watermark)
        if let store = found, let mark = store.manifest.mark,
            var reader = try SegmentReader.after(mark, of: scan.segments, in: segments)
        {
            try store.removeOrphans()
            return try store.read(&reader, to: scan, isDerived: false)
        }
        try removeAll(in: place)
        let manifest = IdentityManifest(ledger: scan.ledger)
        let store = IdentityStore(
            manifest, [], in: place, limits: limits, horizon: retention.horizon(watermark: watermark))
        var reader = try SegmentReader(scan.segments, in: segments)
        return try store.read(&reader, to: scan, isDerived: true)
    }

    /// The store as the manifest describes it; `nil` where there is none, or it is not all there as it was written.
    private static func load(
        _ place: LedgerDirectory, _ scan: LedgerScan, _ limits: IdentityLimits, _ retention: IdentityRetention,
        _ watermark: Timestamp?
    ) throws(LedgerError) -> IdentityStore? {
        if place.disk.exists(place.identities + "/" + damageMark) { return nil }
        guard let bytes = try place.contents(of: place.identities + "/" + IdentityManifest.name),
            let manifest = try? IdentityManifest.decode(bytes), manifest.ledger == scan.ledger
        else { return nil }
        let horizon = retention.horizon(watermark: watermark, prunedBefore: manifest.prunedBefore)
        var runs: [IdentityRun] = []
        for run in manifest.runs {
            guard
                let open = try IdentityRun.open(
                    run.number, checksum: run.headerChecksum, of: scan.ledger, in: place,
                    firstHour: horizon.firstHour),
                // A longer horizon than that of the run's making needs other filters.
                open.isFiltered(from: horizon.firstHour)
            else { return nil }
            runs.append(open)
        }
        return IdentityStore(manifest, runs, in: place, limits: limits, horizon: horizon)
    }

    /// Gathers the identities of the frames that follow, writing runs as they become too many.
    private func read(
        _ reader: inout SegmentReader, to scan: LedgerScan, isDerived: Bool
    ) throws(LedgerError) -> Opening {
        var opening = Opening(store: self, tail: [], tailCommits: 0, isDerived: false)
        while let entry = try reader.entry(upTo: scan.chain.seq) {
            guard case .commit(let commit) = entry.content else { continue }
            opening.tail += commit.identities
            opening.tailCommits += 1
            let isFull = opening.tail.count >= opening.store.maximumEvents
            guard isFull || opening.tailCommits >= limits.maximumCommits else { continue }
            try opening.store.flush(SortedIdentities(opening.tail), through: entry.mark, within: horizon)
            opening.tail.removeAll(keepingCapacity: true)
            opening.tailCommits = 0
            opening.isDerived = isDerived
            try opening.store.mergeBacklog()
        }
        return opening
    }

    /// Merges at once what earlier runs of the program left to be merged, where it has become much.
    private mutating func mergeBacklog() throws(LedgerError) {
        while runs.count(where: { $0.entries < limits.smallRunEvents }) >= 2 * limits.mergeWidth, var merge = merge() {
            reserve(merge)
            do {
                while try !merge.advance(events: 1 << 16) {}
            } catch {
                try place.mark(error)
                throw error
            }
            try finish(merge)
        }
    }

    /// Removes what a crash left of runs that were being made or let go of.
    private func removeOrphans() throws(LedgerError) {
        var named = Set(runs.map(\.name))
        named.insert(IdentityManifest.name)
        for name in try place.disk.names(in: place.identities) where !named.contains(name) {
            try place.disk.remove(place.identities + "/" + name)
        }
    }

    /// Removes everything, the manifest first and the mark of damage last: whenever this is interrupted, the next opening
    /// does it again.
    private static func removeAll(in place: LedgerDirectory) throws(LedgerError) {
        let names = try place.disk.names(in: place.identities)
        if names.isEmpty { return }
        if names.contains(IdentityManifest.name) {
            try place.disk.remove(place.identities + "/" + IdentityManifest.name)
            try place.disk.syncDirectory(place.identities)
        }
        for name in names where name != IdentityManifest.name && name != damageMark {
            try place.disk.remove(place.identities + "/" + name)
        }
        if names.contains(damageMark) {
            try place.disk.remove(place.identities + "/" + damageMark)
        }
        try place.disk.syncDirectory(place.identities)
    }
}

extension LedgerDirectory {
    /// Leaves word that a block of a run is not what was written, if that is what an error says. Without it the next
    /// opening would believe the runs until it met the block again.
    func mark(_ error: LedgerError) throws(LedgerError) {
        guard case .damaged = error else { return }
        try createAtomically(IdentityStore.damageMark, in: identities, bytes: [])
    }
}

extension LedgerEntry {
    /// The place after which reading can go on.
    var mark: SegmentReader.Mark { SegmentReader.Mark(chain: chain, segment: segment, offset: offset) }
}
