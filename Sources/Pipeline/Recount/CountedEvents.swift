import Ledger
import UsageModel
import Windowing

/// The events that a ledger counts, so that another count takes just these, whatever its sources hold besides.
struct CountedEvents: Sendable {
    private let history: IdentityView
    private let recent: Deduplicator
    /// Only an event at the very hour of the one that was counted is that one.
    private let horizon: IdentityHorizon
    /// The secret that events are known by.
    let identityKey: [UInt8]

    init(_ identities: IdentityOpening, key: [UInt8]) {
        history = identities.archive.history.view
        var recent = Deduplicator()
        recent.insert(identities.recent)
        self.recent = recent
        horizon = IdentityHorizon(firstHour: .max, prunedBefore: identities.archive.prunedBefore)
        identityKey = key
    }

    /// Lets the rows that were counted in; it may block. What came in between, such as a copy with other content, must not
    /// decide which of two is the first.
    func admit(_ batch: AttributedBatch, _ repeats: inout RepeatFinder) throws(LedgerError) -> Admission {
        let events = batch.events
        let old = try history.find(events, within: horizon)
        let new = recent.find(events, within: horizon)
        let rows = (0..<events.count).filter { max(old.isEmpty ? .none : old[$0], new[$0]) == .duplicate }
        var counted = EventBatch(records: events.records, digest: events.digest)
        counted.rejections = events.rejections
        counted.record = rows.map { events.record[$0] }
        counted.time = rows.map { events.time[$0] }
        counted.identity = rows.map { events.identity[$0] }
        counted.content = rows.map { events.content[$0] }
        let admission = try repeats.admit(AttributedBatch(events: counted, tenant: rows.map { batch.tenant[$0] }))
        return Admission(admission, of: rows, among: events.count)
    }
}
