public import UsageModel

/// What deduplication made of a batch's rows.
public struct Admission: Sendable {
    /// What became of one row.
    @frozen
    public enum Outcome: UInt8, Sendable, Hashable {
        /// The first with its identity: it is usage.
        case accepted
        /// Its identity was there with the same content.
        case duplicate
        /// Its identity was there with other content: it goes to quarantine.
        case conflict
        /// Its hour is forgotten, so nobody can say whether it was there: it is rejected.
        case tooOld
    }

    /// The outcome of each row.
    public internal(set) var outcomes: [Outcome]
    /// The outcomes counted, with the batch's rejections, so that `counts.read` is the number of its records.
    public internal(set) var counts: RecordCounts

    /// The admission of a batch of which some rows alone were admitted; the others are nothing new.
    /// - Parameters:
    ///   - rows: the rows that `some` is about, in ascending order.
    ///   - count: how many rows the batch has.
    public init(_ some: Admission, of rows: [Int], among count: Int) {
        outcomes = [Outcome](repeating: .duplicate, count: count)
        counts = some.counts
        counts.duplicates += UInt64(count - rows.count)
        for (row, outcome) in zip(rows, some.outcomes) { outcomes[row] = outcome }
    }

    /// The admission of a batch of which some rows count, and the others are repeats.
    /// - Parameter rows: those that count, in ascending order.
    public init(accepting rows: [Int], of batch: EventBatch) {
        outcomes = [Outcome](repeating: .duplicate, count: batch.count)
        for row in rows { outcomes[row] = .accepted }
        counts = RecordCounts(
            accepted: UInt64(rows.count), duplicates: UInt64(batch.count - rows.count),
            rejected: UInt64(batch.rejections.count))
    }

    init(outcomes: [Outcome], counts: RecordCounts) {
        self.outcomes = outcomes
        self.counts = counts
    }

    /// Appends what must be kept of the accepted rows, in their order.
    public func appendIdentities(of batch: AttributedBatch, to identities: inout [EventIdentity]) {
        let events = batch.events
        precondition(outcomes.count == events.count, "the admission of this batch")
        // Not to the exact size: batch after batch that would copy all of them again each time.
        let wanted = identities.count + Int(counts.accepted)
        if wanted > identities.capacity { identities.reserveCapacity(max(wanted, identities.capacity * 2)) }
        let (identity, content, time) = (events.identity.span, events.content.span, events.time.span)
        identities.append(addingCapacity: Int(counts.accepted)) { added in
            for row in outcomes.indices where outcomes[row] == .accepted {
                added.append(EventIdentity(identity: identity[row], content: content[row], hour: time[row].hour))
            }
        }
    }
}
