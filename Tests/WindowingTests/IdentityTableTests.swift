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
            let expected = events.filter { $0.hour >= first }
                .sorted { ($0.hour, $0.identity.high) < ($1.hour, $1.identity.high) }
            var found: [EventIdentity] = []
            table.sorted.forEachHour(from: first) { hour, words in
                for index in stride(from: 0, to: words.count, by: SortedIdentities.wordsPerEvent) {
                    found.append(
                        EventIdentity(
                            identity: Digest128(high: words[index], low: words[index + 1]), content: words[index + 2],
                            hour: hour))
                }
            }
            #expect(found == expected)
            #expect(table.sorted.hours.map(\.hour) == Set(events.map(\.hour)).sorted())
            #expect(table.sorted.hours.reduce(0) { $0 + $1.count } == events.count)
        }
    }
}
