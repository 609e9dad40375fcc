import TenantMapping
import UsageModel
import Windowing

/// Finds among the events of a commit those that usage was made of, and the ranges that they are in.
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
        let asked = Set(parts.keys.map { questions[$0].tenant })
        var numbers: [ByteString: UInt32] = [:]
        for (number, tenant) in stages.tenants.tenants.enumerated() where asked.contains(tenant) {
            numbers[tenant] = UInt32(number)
        }
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

    /// Takes in a range's events.
    /// - Parameters:
    ///   - rows: those of the events that count.
    ///   - onEvent: called with each event that is found and the question's place; `nil` to find none.
    /// - Returns: the places of the questions that an event's tenant and time may belong to.
    mutating func take(
        _ batch: AttributedBatch, _ rows: [Int], of range: CommittedRange, in seq: UInt64,
        _ onEvent: ((Explanation.Event, Int) throws -> Void)?
    ) throws -> Set<Int> {
        var places: Set<Int> = []
        for row in rows {
            let tenant = batch.tenant[row]
            guard let wanted = tenant == AttributedBatch.unmapped ? unmapped : byTenant[tenant] else { continue }
            let time = batch.events.time[row]
            let near = wanted.filter { $0.extent.contains(time) }
            if near.isEmpty { continue }
            for wanted in near { places.insert(wanted.place) }
            guard let onEvent else { continue }
            for (entry, header) in try entries(of: batch, row) {
                for wanted in near where wanted.has(entry, of: header) {
                    let value = entry.aggregate.value(dividedBy: header.divisor)
                    try onEvent(batch.event(row, of: range, in: seq, value: value), wanted.place)
                }
            }
        }
        return places
    }

    /// What one event alone comes to.
    private mutating func entries(
        of batch: AttributedBatch, _ row: Int
    ) throws -> [(entry: UsageDelta.Entry, header: UsageDelta.MeterHeader)] {
        let (one, admission) = batch.alone(row)
        try alone.add(one, admission)
        let delta = alone.drain()
        return delta.entries.map { ($0, delta.meters[Int($0.meter)]) }
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
