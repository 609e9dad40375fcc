import Ledger
import SchemaValidation
import TenantMapping
import UsageModel
import Windowing

/// Makes one commit again from its sources: of the very ranges that it names, with what was in force then.
///
/// Which of the events are no repeats the commit says itself, by their identities: each of them counts at its first place.
struct CommitReplay {
    /// A range whose bytes are not what they were.
    struct RangeFault {
        var range: CommittedRange
        var cause: AuditDifference.Cause
        var detail: String
    }

    let frame: CommittedFrame
    private let stages: Stages
    private let identityKey: [UInt8]
    private var listed: ListedEvents
    private var decoders: [String: SourceDecoder] = [:]
    private var usage: UsageAccumulator
    /// What the events come to by the tenant table of today, where that is another one.
    private var today: (table: TenantTable, usage: UsageAccumulator)?
    private(set) var faults: [RangeFault] = []
    /// Records that were refused as repeats, by 64 bits of their identities; of ranges whose bytes are the same.
    private(set) var refused: [UInt64] = []
    /// Ranges whose records came to other counts than the commit has, of those whose bytes are the same.
    private(set) var miscounted: [(range: CommittedRange, ledger: RecordCounts, recomputed: RecordCounts)] = []

    /// - Parameter today: the tenant table of today, where it is another one than that of the commit.
    init(_ frame: CommittedFrame, _ stages: Stages, identityKey: [UInt8], today: TenantTable? = nil) {
        self.frame = frame
        self.stages = stages
        self.identityKey = identityKey
        listed = ListedEvents(frame.commit.identities)
        usage = CommitReplay.accumulator(stages, stages.tenants, identityKey)
        self.today = today.map { ($0, CommitReplay.accumulator(stages, $0, identityKey)) }
    }

    static func accumulator(_ stages: Stages, _ tenants: TenantTable, _ identityKey: [UInt8]) -> UsageAccumulator {
        UsageAccumulator(
            plan: stages.plan, tenants: tenants.tenants, days: stages.days, identityKey: identityKey)
    }

    /// Takes in a range as the source has it now, and its digest.
    /// - Returns: its events, of which the rows count.
    mutating func take(
        _ records: RecordBatch, _ digest: Digest256, _ range: CommittedRange, number: Int
    ) throws -> (batch: AttributedBatch, rows: [Int]) {
        let committed = frame.commit.ranges[number]
        let source = range.partition.source
        let decoder = decoders[source] ?? stages.decoder(for: source, identityKey: identityKey)
        decoders[source] = decoder
        let batch = stages.tenants.attribute(decoder.decode(records, digest: digest, before: committed.before))
        let isSame = batch.events.digest == committed.digest
        if !isSame {
            faults.append(
                RangeFault(
                    range: range, cause: .sourceChanged,
                    detail: "SHA-256 is \(batch.events.digest), was \(committed.digest)"))
        }
        // Of a range whose bytes are others now, an event is the one that was counted whatever it says.
        let rows = listed.rows(of: batch.events, isNamed: !isSame)
        let admission = Admission(accepting: rows, of: batch.events)
        if isSame, rows.count < batch.events.count { noteRefused(of: batch.events, rows, in: committed) }
        let (closed, sealed) = (frame.commit.closed, frame.sealedBefore)
        try usage.add(batch, admission, closed: closed, sealed: sealed)
        if let table = today?.table {
            try today?.usage.add(table.attribute(batch.events), admission, closed: closed, sealed: sealed)
        }
        let found = RecordCounts(
            accepted: UInt64(rows.count), rejected: UInt64(batch.events.rejections.count),
            unmapped: UInt64(rows.count { batch.tenant[$0] == AttributedBatch.unmapped }))
        var expected = committed.counts
        // Decoding does not find these; most ranges have nothing to look for.
        if expected.rejected > 0 { expected.rejected -= min(expected.rejected, tooOld(in: committed)) }
        if isSame,
            expected.accepted != found.accepted || expected.rejected != found.rejected
                || expected.unmapped != found.unmapped || committed.records != UInt64(records.records.count)
        {
            miscounted.append((range, committed.counts, found))
        }
        return (batch, rows)
    }

    /// Notes the rows that do not count, but for those whose hours were forgotten.
    private mutating func noteRefused(of events: EventBatch, _ rows: [Int], in range: Commit.SourceRange) {
        let forgotten = tooOld(in: range) == 0 ? [] : frame.commit.quarantine.filter { $0.reason == .tooOld }
        var next = rows[...]
        for row in 0..<events.count {
            if next.first == row {
                next.removeFirst()
                continue
            }
            if !forgotten.isEmpty {
                let position = events.records.position(ofRecord: Int(events.record[row]))
                if forgotten.contains(where: { $0.partition == range.partition && $0.position == position }) {
                    continue
                }
            }
            refused.append(events.identity[row].low)
        }
    }

    /// How many of a range's records were refused because their hours were forgotten. O(quarantine of the commit).
    private func tooOld(in range: Commit.SourceRange) -> UInt64 {
        let count = frame.commit.quarantine.count { record in
            record.reason == .tooOld && record.partition == range.partition
                && range.range.start <= record.position && record.position < range.range.end
        }
        return UInt64(count)
    }

    /// Notes a range that could not be read.
    mutating func miss(_ range: CommittedRange, _ cause: AuditDifference.Cause, _ detail: String) {
        faults.append(RangeFault(range: range, cause: cause, detail: detail))
    }

    /// How many events the commit counts that its ranges do not have.
    var missing: Int { listed.missing }

    /// What the sources come to.
    mutating func delta() -> UsageDelta { usage.drain() }

    /// The same by the tenant table of today; `nil` where that is the one of the commit.
    mutating func deltaToday() -> UsageDelta? { today?.usage.drain() }
}

extension AttributedBatch {
    /// Some of the rows, with the text and the fields of all.
    func rows(_ rows: [Int]) -> AttributedBatch {
        var some = events
        some.record = rows.map { events.record[$0] }
        some.time = rows.map { events.time[$0] }
        some.type = rows.map { events.type[$0] }
        some.subject = rows.map { events.subject[$0] }
        some.identity = rows.map { events.identity[$0] }
        some.content = rows.map { events.content[$0] }
        some.firstField = rows.map { events.firstField[$0] }
        some.firstValue = rows.map { events.firstValue[$0] }
        return AttributedBatch(events: some, tenant: rows.map { tenant[$0] })
    }
}
