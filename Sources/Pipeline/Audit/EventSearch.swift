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
        /// By dimensions, as sessions of theirs overlap others.
        var windows: [[ByteString?]: Set<Window>] = [:]
        /// From the first start to the last end.
        var extent: Window

        init(_ question: Explanation.Question, at place: Int, _ entries: [UsageDelta.Entry]) {
            (self.place, meter, tenant) = (place, question.meter, question.tenant)
            extent = entries.first?.window ?? question.starts
            for entry in entries {
                windows[entry.dimensions, default: []].insert(entry.window)
                extent.start = min(extent.start, entry.window.start)
                extent.end = max(extent.end, entry.window.end)
            }
        }

        /// Whether an entry that one event made is of it; a session of one is as long as the gap.
        func has(_ entry: UsageDelta.Entry, of header: UsageDelta.MeterHeader) -> Bool {
            guard entry.tenant == tenant, header.name == meter else { return false }
            if header.isSession {
                return windows[entry.dimensions]?.contains { $0.contains(entry.window.start) } ?? false
            }
            // Where there were too many series its own is another one.
            return windows.values.contains { $0.contains(entry.window) }
        }
    }

    private var alone: UsageAccumulator
    private var byTenant: [UInt32: [Wanted]] = [:]
    /// Of subjects without a tenant.
    private var bySubject: [ByteString: [Wanted]] = [:]

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
            let wanted = Wanted(questions[place], at: place, part.entries)
            if let number = numbers[wanted.tenant] { byTenant[number, default: []].append(wanted) }
            if let subject = wanted.tenant.unmappedSubject { bySubject[subject, default: []].append(wanted) }
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
            guard let wanted = wanted(by: batch, row) else { continue }
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

    /// What is asked of a row's tenant.
    private func wanted(by batch: AttributedBatch, _ row: Int) -> [Wanted]? {
        let tenant = batch.tenant[row]
        if tenant != AttributedBatch.unmapped { return byTenant[tenant] }
        if bySubject.isEmpty { return nil }
        return bySubject[ByteString(batch.events.bytes(of: batch.events.subject[row]))]
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
    /// The subject that has it for its tenant, as it has none.
    fileprivate var unmappedSubject: ByteString? {
        let prefix = Array("unmapped:".utf8)
        return bytes.starts(with: prefix) ? ByteString(Array(bytes.dropFirst(prefix.count))) : nil
    }
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
