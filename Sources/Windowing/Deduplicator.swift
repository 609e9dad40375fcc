public import UsageModel

/// Tells first events from repeats, in the order of the ledger.
///
/// The first wins. A second with the same identity is a duplicate when its content is the same too, and a conflict
/// otherwise; as the first one's content stays, a conflict that is sent again is a conflict again. Which earlier events
/// count depends on hours alone, see ``IdentityHorizon`` and ``IdentityMatch``, never on where they are kept: the recent
/// ones here, at most 64 bytes each, older ones wherever the caller looks them up.
///
/// So that memory stays bounded, the caller has the recent ones taken out from time to time: ``freeze()`` gives them away
/// to be written, and they are still found here until ``release()`` says that the caller finds them itself.
public struct Deduplicator: Sendable {
    /// How many rows ahead entries are fetched: memory answers about as many reads in the time of one.
    private static let distance = 16

    private var recent = IdentityTable()
    private var frozen: IdentityTable?
    /// How many events were taken in since the last ``freeze()``.
    public private(set) var recentCount = 0

    public init() {}

    /// How many events it holds.
    public var count: Int { recentCount + (frozen?.count ?? 0) }

    /// Bytes of memory.
    public var estimatedBytes: Int { recent.estimatedBytes + (frozen?.estimatedBytes ?? 0) }

    /// Takes in each row that is the first with its identity, in the order of the rows. O(rows).
    ///
    /// - Parameters:
    ///   - known: what is known elsewhere of each row; nothing where it is empty.
    public mutating func admit(
        _ batch: AttributedBatch, within horizon: IdentityHorizon = .everything, known: [IdentityMatch] = []
    ) -> Admission {
        let identity = batch.events.identity.span
        let content = batch.events.content.span
        let time = batch.events.time.span
        let tenant = batch.tenant.span
        precondition(known.isEmpty || known.count == identity.count, "what is known of this batch")
        var counts = RecordCounts(rejected: UInt64(batch.events.rejections.count))
        var outcomes = [Admission.Outcome](repeating: .accepted, count: batch.events.count)
        // A copy at hand: it would be retained and released for each row.
        let frozen = frozen
        for row in 0..<min(Deduplicator.distance, identity.count) { prefetch(identity[row], frozen) }
        for row in outcomes.indices {
            let ahead = row + Deduplicator.distance
            if ahead < identity.count { prefetch(identity[ahead], frozen) }
            let event = EventIdentity(identity: identity[row], content: content[row], hour: time[row].hour)
            let outcome = admit(event, within: horizon, known: known.isEmpty ? .none : known[row], frozen)
            switch outcome {
            case .accepted:
                counts.accepted += 1
                if tenant[row] == AttributedBatch.unmapped { counts.unmapped += 1 }
            case .duplicate: counts.duplicates += 1
            case .conflict: counts.conflicts += 1
            case .tooOld: counts.rejected += 1
            }
            outcomes[row] = outcome
        }
        recentCount += Int(counts.accepted)
        return Admission(outcomes: outcomes, counts: counts)
    }

    /// Puts in what the ledger says was accepted; what is there already stays as it is.
    public mutating func insert(_ identities: [EventIdentity]) {
        for index in identities.indices {
            let ahead = index + Deduplicator.distance
            if ahead < identities.count { recent.prefetch(identities[ahead].identity) }
            // The ledger has decided that it is an event of its own, unless it is there at its own hour.
            let match = recent.admit(identities[index], firstHour: .max, known: .none)
            if match == .none { recentCount += 1 }
        }
    }

    /// What it knows of each row, without taking any in. O(rows).
    public func find(_ events: EventBatch, within horizon: IdentityHorizon) -> [IdentityMatch] {
        (0..<events.count).map { row in
            let event = EventIdentity(
                identity: events.identity[row], content: events.content[row], hour: events.time[row].hour)
            let known = frozen?.match(event, firstHour: horizon.firstHour) ?? .none
            return max(known, recent.match(event, firstHour: horizon.firstHour))
        }
    }

    /// Begins anew, and gives the recent events away to be written. They are found until ``release()``.
    public mutating func freeze() -> IdentityTable {
        precondition(frozen == nil, "what was frozen before is written first")
        let table = recent
        frozen = table
        // As many will come again, and growing costs a pass over memory at each step.
        recent = IdentityTable(minimumCapacity: recentCount)
        recentCount = 0
        return table
    }

    /// Lets go of what was frozen: it is written, and the caller finds it there.
    public mutating func release() {
        frozen = nil
    }

    /// Whether something is frozen and not yet released.
    public var isFrozen: Bool { frozen != nil }

    @inline(__always)
    private func prefetch(_ identity: Digest128, _ frozen: IdentityTable?) {
        recent.prefetch(identity)
        if let frozen { frozen.prefetch(identity) }
    }

    @inline(__always)
    private mutating func admit(
        _ event: EventIdentity, within horizon: IdentityHorizon, known: IdentityMatch, _ frozen: IdentityTable?
    ) -> Admission.Outcome {
        if event.hour < horizon.prunedBefore { return .tooOld }
        var known = known
        if let frozen { known = max(known, frozen.match(event, firstHour: horizon.firstHour)) }
        switch recent.admit(event, firstHour: horizon.firstHour, known: known) {
        case .none: return .accepted
        case .duplicate, .duplicateElsewhere: return .duplicate
        case .conflict, .conflictElsewhere: return .conflict
        }
    }
}
