import TenantMapping
import Testing
import UsageModel

/// A batch of events that have a subject and a time and nothing else, for tests.
func batch(_ rows: [(subject: [UInt8], time: Timestamp)], unescaped: Set<Int> = []) -> EventBatch {
    var slab: [UInt8] = []
    var text: [UInt8] = []
    var subjects: [ByteSlice] = []
    for (index, row) in rows.enumerated() {
        let isUnescaped = unescaped.contains(index)
        subjects.append(
            ByteSlice(
                offset: isUnescaped ? text.count : slab.count, length: row.subject.count, isUnescaped: isUnescaped))
        if isUnescaped { text += row.subject } else { slab += row.subject }
    }
    let end = UInt64(slab.count)
    var events = EventBatch(
        records: RecordBatch(
            partition: Partition(source: "test", id: "p", descriptor: []),
            range: PositionRange(start: .byte(0), end: .byte(end)),
            bytes: slab + [UInt8](repeating: 0, count: RecordBatch.padding), records: []),
        digest: .none)
    let count = rows.count
    events.record = (0..<count).map { UInt32($0) }
    events.time = rows.map(\.time)
    events.type = [UInt16](repeating: EventBatch.noType, count: count)
    events.subject = subjects
    events.identity = (0..<count).map { Digest128(high: UInt64($0), low: 0) }
    events.content = [UInt64](repeating: 0, count: count)
    events.firstField = [UInt32](repeating: 0, count: count)
    events.firstValue = [UInt32](repeating: 0, count: count)
    events.text = text
    return events
}

/// The tenants' names of subjects at a time; `nil` for one that has none.
func tenants(_ names: [(String, String)], of csv: String) throws -> [String?] {
    let table = try TenantTable(csv: Array(csv.utf8), file: "tenants.csv")
    let rows = try names.map { name, time in
        (Array(name.utf8), try #require(Timestamp(time)))
    }
    return table.attribute(batch(rows)).tenant.map {
        $0 == AttributedBatch.unmapped ? nil : table.tenants[Int($0)].description
    }
}
