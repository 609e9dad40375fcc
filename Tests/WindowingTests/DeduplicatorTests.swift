import Testing
import UsageModel
import Windowing

@Suite struct DeduplicatorTests {
    private func rows(_ events: [(identity: Digest128, content: UInt64)]) -> AttributedBatch {
        AttributedBatch(events.map { UsageRow(identity: $0.identity, content: $0.content) })
    }

    @Test("The first wins, the same again is a duplicate, and other content is a conflict each time it comes")
    func outcomes() {
        var deduplicator = Deduplicator()
        let zero = Digest128(high: 0, low: 0)
        let one = Digest128(high: 0, low: 1)
        let first = deduplicator.admit(rows([(zero, 1), (zero, 1), (zero, 2), (one, 0), (zero, 2)]))
        #expect(first.outcomes == [.accepted, .duplicate, .conflict, .accepted, .conflict])
        let second = deduplicator.admit(rows([(zero, 2), (one, 0), (zero, 1)]))
        #expect(second.outcomes == [.conflict, .duplicate, .duplicate])
        #expect(deduplicator.count == 2)
    }

    @Test("Counts are of all the batch's records, rejected and unmapped ones too")
    func counts() {
        var deduplicator = Deduplicator()
        let row = UsageRow(tenant: nil)
        let batch = AttributedBatch([row, row, UsageRow(identity: Digest128(high: 5, low: 5))], rejections: 4)
        let counts = deduplicator.admit(batch).counts
        #expect(counts == RecordCounts(accepted: 2, duplicates: 1, conflicts: 0, rejected: 4, unmapped: 1))
        #expect(counts.read == 7)
    }

    @Test("What the ledger says was accepted is found again")
    func reload() {
        var random = SplitMix(state: 3)
        let batch = AttributedBatch(
            (0..<5_000).map { _ in
                UsageRow(
                    time: Int64(truncatingIfNeeded: random.next()),
                    identity: Digest128(high: random.next() % 4_000, low: 0), content: random.next() % 2)
            })
        var first = Deduplicator()
        let admission = first.admit(batch)
        var identities: [EventIdentity] = []
        admission.appendIdentities(of: batch, to: &identities)
        #expect(identities.count == Int(admission.counts.accepted))
        var loaded = Deduplicator()
        loaded.insert(identities)
        loaded.insert(identities)
        #expect(loaded.count == first.count)
        let again = loaded.admit(batch)
        #expect(again.counts.accepted == 0)
        let expected = first.admit(batch)
        #expect(again.outcomes == expected.outcomes)
    }

    @Test("Two million random identities, many of them repeated, agree with a set")
    func agreesWithSet() {
        var random = SplitMix(state: 11)
        var deduplicator = Deduplicator()
        var known: [Digest128: UInt64] = [:]
        var wrong = 0
        for _ in 0..<200 {
            let events = (0..<10_000).map { _ in
                var mixed = SplitMix(state: random.next() % 1_500_000)
                return (identity: Digest128(high: mixed.next(), low: mixed.next()), content: random.next() % 16 / 15)
            }
            let outcomes = deduplicator.admit(rows(events)).outcomes
            for (event, outcome) in zip(events, outcomes) {
                let before = known[event.identity]
                if before == nil { known[event.identity] = event.content }
                let expected: Admission.Outcome =
                    before == nil ? .accepted : before == event.content ? .duplicate : .conflict
                wrong += expected == outcome ? 0 : 1
            }
        }
        #expect(wrong == 0)
        #expect(deduplicator.count == known.count)
        // 32 bytes an event, and slots of 4 of which a quarter is taken at least.
        #expect(deduplicator.estimatedBytes <= known.count * 48)
    }

    @Test("Digests that crowd at one place, at the table's end or in one half are still told apart")
    func crowded() {
        var events: [(identity: Digest128, content: UInt64)] = []
        for number in 0..<3_000 as Range<UInt64> {
            events.append((Digest128(high: 0, low: number), number))
            events.append((Digest128(high: .max, low: number), number))
            events.append((Digest128(high: .max - number, low: 7), number))
            events.append((Digest128(high: number << 58 | number, low: 9), number))
        }
        var deduplicator = Deduplicator()
        let first = deduplicator.admit(rows(events))
        let distinct = Set(events.map(\.identity)).count
        #expect(Int(first.counts.accepted) == distinct)
        #expect(deduplicator.admit(rows(events)).counts.accepted == 0)
        #expect(deduplicator.admit(rows(events.map { ($0.identity, ~$0.content) })).counts.conflicts == 12_000)
    }
}
