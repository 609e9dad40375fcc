import Foundation
import Ledger
import Testing
import UsageModel
import Windowing

@testable import UsageQuery

/// Usage by way of batches, deduplication, windows, commits and the index, against an oracle that sorts everything and then
/// computes.
@Suite("Usage against an oracle")
struct UsageOracleTests {
    #if DEBUG
        private static let cases = 1_000
    #else
        private static let cases = 10_000
    #endif

    @Test(
        "Order of arrival, size of batches, crashes, duplicates and lateness never change an answer, in 10,000 random cases"
    )
    func agrees() throws {
        var random = SplitMix(state: 2_026)
        for number in 0..<Self.cases {
            let problem = OracleCase(&random)
            let seed = random.next()
            let ledger = try Self.ledger(of: problem, seed: seed)
            let answer = try problem.question().answer(from: ledger.reader, finalUpTo: nil)
            let rows = answer.rows.map { row in
                let window =
                    problem.unit == .total
                    ? "total"
                    : "\(row.window.start.nanoseconds / 1_000_000_000) \(row.window.end.nanoseconds / 1_000_000_000)"
                let region = row.dimensions.map { $0?.description ?? "nil" }.joined()
                return "\(window) \(row.tenant?.description ?? "-") \(region) \(row.value) \(row.events)"
            }
            let expected = Self.clipped(problem)
            #expect(rows == expected, "case \(number): \(problem)")
            if rows != expected { return }
        }
    }

    /// The oracle's rows, with windows of a grid that were asked for in part saying which part.
    private static func clipped(_ problem: OracleCase) -> [String] {
        guard problem.unit != nil, problem.unit != .total else { return problem.expected() }
        return problem.expected().map { row in
            var words = row.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            words[0] = "\(max(Int(words[0]) ?? 0, problem.from ?? 0))"
            words[1] = "\(min(Int(words[1]) ?? 0, problem.to ?? .max))"
            return words.joined(separator: " ")
        }
    }

    /// Delivers the events in some order, some of them twice, in batches of some sizes, with commits here and there, and
    /// crashes that lose what was not committed.
    private static func ledger(of problem: OracleCase, seed: UInt64) throws -> MemoryLedger {
        var random = SplitMix(state: seed)
        let ledger = try MemoryLedger()
        let plan = ExtractionPlan(meters: [problem.meter])
        var deliveries = problem.events
        // Which copy counts is the first one's place, so twice comes only what shares its moment with no other.
        for event in problem.events where random.below(4) == 0 {
            if problem.events.count(where: { $0.second == event.second }) == 1 { deliveries.append(event) }
        }
        if random.below(2) == 0 { deliveries.shuffle(using: &random) }
        let lateness = Int64([0, 5, 600][random.below(3)]) * OracleCase.minute
        var committed: [EventIdentity] = []
        var commits: [Commit] = []
        var latest: Int64 = .min
        var (next, durable) = (0, 0)
        func fresh() -> (UsageAccumulator, Deduplicator) {
            var deduplicator = Deduplicator()
            deduplicator.insert(committed)
            return (
                UsageAccumulator(
                    plan: plan, tenants: OracleCase.tenants, days: LocalDays(),
                    identityKey: [UInt8](repeating: 9, count: 16)), deduplicator
            )
        }
        var (usage, deduplicator) = fresh()
        var identities: [EventIdentity] = []
        var crashes = 0
        while next < deliveries.count {
            let end = min(deliveries.count, next + random.below(8) + 1)
            let batch = batch(Array(deliveries[next..<end]), plan)
            let admission = deduplicator.admit(batch)
            let closed = latest == .min ? nil : Timestamp(nanoseconds: latest - lateness)
            try usage.add(batch, admission, closed: closed)
            admission.appendIdentities(of: batch, to: &identities)
            next = end
            if random.below(10) == 0, crashes < 5 {
                crashes += 1
                (usage, deduplicator) = fresh()
                identities = []
                next = durable
                continue
            }
            guard random.below(3) == 0 || next == deliveries.count else { continue }
            var commit = Commit(configuration: .none, tenants: .none)
            commit.delta = usage.drain(listingAll: random.below(5) == 0)
            commit.closed = closed
            commits.append(commit)
            committed += identities
            identities = []
            durable = next
            for event in deliveries[..<next] {
                latest = max(latest, Int64(OracleCase.start + event.second) * 1_000_000_000)
            }
        }
        var last = Commit(configuration: .none, tenants: .none)
        last.latest = Timestamp(nanoseconds: latest)
        try ledger.append(commits)
        try ledger.append([last])
        return ledger
    }

    private static func batch(_ events: [OracleEvent], _ plan: ExtractionPlan) -> AttributedBatch {
        var text: [UInt8] = []
        func place(_ string: String) -> ByteSlice {
            defer { text += string.utf8 }
            return ByteSlice(offset: text.count, length: string.utf8.count, isUnescaped: true)
        }
        func field(_ string: String?) -> Field {
            string.map { Field(slice: place($0), kind: .string) } ?? .absent
        }
        let records = RecordBatch(
            partition: Partition(source: "s", id: "p", descriptor: []),
            range: PositionRange(start: .byte(0), end: .byte(1_000_000)),
            bytes: [UInt8](repeating: 0, count: RecordBatch.padding),
            records: events.map { RecordBatch.Record(start: UInt32($0.id), length: 0) })
        var batch = EventBatch(records: records, digest: .none)
        let type = plan.types[0]
        for (row, event) in events.enumerated() {
            batch.record.append(UInt32(row))
            batch.time.append(Timestamp(nanoseconds: Int64(OracleCase.start + event.second) * 1_000_000_000))
            batch.type.append(0)
            batch.subject.append(place(event.subject))
            batch.identity.append(Digest128(high: UInt64(event.id), low: 1))
            batch.content.append(1)
            batch.firstField.append(UInt32(batch.fields.count))
            batch.firstValue.append(UInt32(batch.values.count))
            for pointer in type.fields {
                batch.fields.append(field(pointer.text == "/data/region" ? event.region : event.user))
            }
            for value in type.values {
                let operands = value.operands.compactMap { index -> Quantity? in
                    let hundredths = type.operands[index].text == "/data/v" ? event.v : event.w
                    return hundredths.map { Quantity(units: Int128($0) * 10_000_000_000) }
                }
                batch.values.append(operands.count == value.operands.count ? value.expression.sum(of: operands) : nil)
            }
        }
        batch.text = text
        return AttributedBatch(
            events: batch, tenant: events.map { $0.tenant.map(UInt32.init) ?? AttributedBatch.unmapped })
    }
}
