import Testing
import UsageModel

@testable import Windowing

@Suite struct IdentityTableTests {
    @Test(
        "Identities come out by hour and digest, however far apart their hours lie",
        arguments: [1, 24, 70_000, 5_000_000] as [Int32])
    func sorted(span: Int32) {
        var random = SplitMix(state: UInt64(span))
        let events = (0..<20_000).map { _ in
            EventIdentity(
                identity: Digest128(high: random.next(), low: random.next()), content: random.next(),
                hour: Int32(random.next() % UInt64(span)) - span / 2)
        }
        var deduplicator = Deduplicator()
        deduplicator.insert(events)
        let table = deduplicator.freeze()
        for first in [Int32.min, -span / 4, span] {
            let expected = SortedIdentities(events.filter { $0.hour >= first })
            let sorted = table.sorted(from: first)
            #expect(sorted.hours == expected.hours)
            #expect(sorted.words == expected.words)
        }
    }
}
