import Ledger
import UsageModel
import Windowing

/// The events that a ledger counts, so that another count takes just these, whatever its sources hold besides.
struct CountedEvents: Sendable {
    private enum Known {
        /// The identities that a ledger keeps. Only an event at the very hour of the one that was counted is that one.
        case ledger(IdentityView, recent: Deduplicator, IdentityHorizon)
        /// Those of a period, by 64 bits that are mixed of all of each.
        case words(EventWords)
    }

    private let known: Known
    /// The secret that events are known by.
    let identityKey: [UInt8]
    /// Only events in it count.
    private let period: EventPeriod

    init(_ identities: IdentityOpening, key: [UInt8]) {
        var recent = Deduplicator()
        recent.insert(identities.recent)
        let horizon = IdentityHorizon(firstHour: .max, prunedBefore: identities.archive.prunedBefore)
        known = .ledger(identities.archive.history.view, recent: recent, horizon)
        identityKey = key
        period = EventPeriod(start: nil, end: nil)
    }

    /// Those of a period.
    init(_ words: EventWords, in period: EventPeriod, key: [UInt8]) {
        known = .words(words)
        identityKey = key
        self.period = period
    }

    /// Lets the rows that were counted in; it may block. What came in between, such as a copy with other content, must not
    /// decide which of two is the first.
    func admit(_ batch: AttributedBatch, _ repeats: inout RepeatFinder) throws(LedgerError) -> Admission {
        let events = batch.events
        let rows = try rows(of: events)
        var counted = EventBatch(records: events.records, digest: events.digest)
        counted.rejections = events.rejections
        counted.record = rows.map { events.record[$0] }
        counted.time = rows.map { events.time[$0] }
        counted.identity = rows.map { events.identity[$0] }
        counted.content = rows.map { events.content[$0] }
        let some = AttributedBatch(events: counted, tenant: rows.map { batch.tenant[$0] })
        let admission = try repeats.admit(some, sameHour: true)
        return Admission(admission, of: rows, among: events.count)
    }

    /// The rows that were counted, or are copies of such.
    private func rows(of events: EventBatch) throws(LedgerError) -> [Int] {
        switch known {
        case .ledger(let history, let recent, let horizon):
            let old = try history.find(events, within: horizon)
            let new = recent.find(events, within: horizon)
            return (0..<events.count).filter { max(old.isEmpty ? .none : old[$0], new[$0]) == .duplicate }
        case .words(let words):
            return (0..<events.count).filter { row in
                period.contains(events.time[row])
                    && words.contains(
                        EventIdentity(
                            identity: events.identity[row], content: events.content[row], hour: events.time[row].hour))
            }
        }
    }
}
