import TenantMapping
import UsageModel
import Windowing

/// Finds among the events of a commit those that usage was made of.
struct EventSearch {
    /// Usage of a question.
    private struct Wanted {
        var place: Int
        var meter: String
        var tenant: ByteString
        var windows: Set<Window>
        /// From the first start to the last end.
        var extent: Window

        /// Whether an entry that one event made is of it; a session of one is as long as the gap.
        func has(_ entry: UsageDelta.Entry, of header: UsageDelta.MeterHeader) -> Bool {
            guard entry.tenant == tenant, header.name == meter else { return false }
            return header.isSession
                ? windows.contains { $0.contains(entry.window.start) } : windows.contains(entry.window)
        }
    }

    private var alone: UsageAccumulator
    private var byTenant: [UInt32: [Wanted]] = [:]
    /// Of subjects without a tenant.
    private var unmapped: [Wanted] = []

    /// - Parameters:
    ///   - parts: what the commit has, by the question's place.
    ///   - stages: those in force at the commit.
    init(
        _ parts: [Int: Explanation.Part], of questions: [Explanation.Question], _ stages: Stages, _ key: [UInt8]
    ) {
        alone = CommitReplay.accumulator(stages, stages.tenants, key)
        var numbers: [ByteString: UInt32] = [:]
        for (number, tenant) in stages.tenants.tenants.enumerated() { numbers[tenant] = UInt32(number) }
        for (place, part) in parts.sorted(by: { $0.key < $1.key }) {
            let windows = part.entries.map(\.window)
            guard let start = windows.map(\.start).min(), let end = windows.map(\.end).max() else { continue }
            let question = questions[place]
            let wanted = Wanted(
                place: place, meter: question.meter, tenant: question.tenant, windows: Set(windows),
                extent: Window(start: start, end: end))
            if let number = numbers[question.tenant] { byTenant[number, default: []].append(wanted) }
            if question.tenant.isOfUnmapped { unmapped.append(wanted) }
        }
    }

    /// - Parameters:
    ///   - rows: those of the events that count.
    ///   - onEvent: called with each event that is found and the question's place.
    mutating func take(
        _ batch: AttributedBatch, _ rows: [Int], of range: CommittedRange, in seq: UInt64,
        _ onEvent: (Explanation.Event, Int) throws -> Void
    ) throws {
        for row in rows {
            let tenant = batch.tenant[row]
            let candidates = tenant == AttributedBatch.unmapped ? unmapped : byTenant[tenant] ?? []
            let time = batch.events.time[row]
            guard candidates.contains(where: { $0.extent.contains(time) }) else { continue }
            let (one, admission) = batch.alone(row)
            try alone.add(one, admission)
            let delta = alone.drain()
            for entry in delta.entries {
                let header = delta.meters[Int(entry.meter)]
                for wanted in candidates where wanted.has(entry, of: header) {
                    let value = entry.aggregate.value(dividedBy: header.divisor)
                    try onEvent(batch.event(row, of: range, in: seq, value: value), wanted.place)
                }
            }
        }
    }
}

extension ByteString {
    /// Whether subjects without a tenant may have it for their tenant.
    fileprivate var isOfUnmapped: Bool { bytes.starts(with: "unmapped:".utf8) }
}

extension AttributedBatch {
    /// One row, let in.
    fileprivate func alone(_ row: Int) -> (AttributedBatch, Admission) {
        let one = rows([row])
        var deduplicator = Deduplicator()
        return (one, deduplicator.admit(one))
    }

    fileprivate func event(
        _ row: Int, of range: CommittedRange, in seq: UInt64, value: Quantity?
    ) -> Explanation.Event {
        let place = events.records.records[Int(events.record[row])]
        return Explanation.Event(
            seq: seq, source: range.partition.source, partition: range.partition.id,
            position: events.records.position(ofRecord: Int(events.record[row])), time: events.time[row], value: value,
            record: Array(events.records.bytes[Int(place.start)..<Int(place.start + place.length)]))
    }
}
