import UsageModel
import Windowing

/// Gathers what batches became until it is committed.
///
/// The position and the result of a batch go into the same commit, always whole: a batch is never split over two.
struct CommitBuilder {
    private var commit: Commit
    private var slots: [PartitionKey: Int] = [:]
    /// Bytes of the sources that wait for the commit.
    private(set) var bytes: UInt64 = 0

    var isEmpty: Bool { commit.ranges.isEmpty }

    init(configuration: Digest256, tenants: Digest256) {
        commit = Commit(configuration: configuration, tenants: tenants)
    }

    /// Takes in one batch with what the deduplicator said of its rows.
    mutating func add(_ batch: AttributedBatch, _ admission: Admission) {
        let events = batch.events
        let records = UInt64(events.records.records.count)
        precondition(
            admission.counts.read == records,
            "a record vanished: \(records) read, \(admission.counts.read) accounted for")
        let slot = advance(events.records)
        for rejection in events.rejections {
            quarantine(rejection.record, of: events.records, in: slot, rejection.reason, rejection.detail)
        }
        quarantineRefused(events, admission, in: slot)
        admission.appendIdentities(of: batch, to: &commit.identities)
        commit.ranges.append(
            Commit.SourceRange(
                partition: UInt32(slot), range: events.records.range, digest: events.digest,
                counts: admission.counts, records: records, before: events.before))
    }

    /// Goes on with another tenant table. Nothing may wait for a commit.
    mutating func use(tenants: Digest256) {
        precondition(isEmpty, "a commit is of one tenant table")
        commit.tenants = tenants
    }

    /// Ends the commit and begins the next.
    mutating func take(delta: UsageDelta, watermark: Timestamp?, latest: Timestamp?, closed: Timestamp?) -> Commit {
        var done = commit
        done.delta = delta
        done.watermark = watermark
        done.latest = latest
        done.closed = closed
        commit = Commit(configuration: done.configuration, tenants: done.tenants)
        // About as many will come again, and growing would copy them.
        commit.identities.reserveCapacity(done.identities.count + done.identities.count / 8)
        slots.removeAll(keepingCapacity: true)
        bytes = 0
        return done
    }

    /// Moves the batch's partition on.
    /// - Returns: its index in the commit.
    private mutating func advance(_ batch: RecordBatch) -> Int {
        let key = PartitionKey(batch.partition)
        let state = PartitionState(partition: batch.partition, position: batch.range.end)
        if case (.byte(let start), .byte(let end)) = (batch.range.start, batch.range.end) {
            bytes += end - start
        } else {
            bytes += UInt64(batch.contentCount)
        }
        guard let slot = slots[key] else {
            commit.partitions.append(state)
            slots[key] = commit.partitions.count - 1
            return commit.partitions.count - 1
        }
        precondition(commit.partitions[slot].position == batch.range.start, "a gap or an overlap between two batches")
        commit.partitions[slot] = state
        return slot
    }

    /// Keeps the rows that deduplication did not take and that are no duplicates.
    private mutating func quarantineRefused(_ events: EventBatch, _ admission: Admission, in slot: Int) {
        let counts = admission.counts
        if counts.conflicts == 0, counts.rejected == events.rejections.count { return }
        for row in admission.outcomes.indices {
            switch admission.outcomes[row] {
            case .accepted, .duplicate: continue
            case .conflict:
                quarantine(
                    events.record[row], of: events.records, in: slot, .conflict,
                    "the source and id of an earlier event, but other content")
            case .tooOld:
                quarantine(
                    events.record[row], of: events.records, in: slot, .tooOld,
                    "its hour is older than dedup.keep: whether it was counted before is not known any more")
            }
        }
    }

    private mutating func quarantine(
        _ record: UInt32, of batch: RecordBatch, in slot: Int, _ reason: RejectReason, _ detail: String
    ) {
        let place = batch.records[Int(record)]
        let start = Int(place.start)
        let kept = min(Int(place.length), QuarantinedRecord.maximumBytes)
        commit.quarantine.append(
            QuarantinedRecord(
                partition: UInt32(slot), position: batch.position(ofRecord: Int(record)),
                length: batch.oversized?.length ?? UInt64(place.length), reason: reason, detail: detail,
                bytes: Array(batch.bytes[start..<start + kept])))
    }
}
