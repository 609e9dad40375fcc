import Testing
import UsageModel

@Suite struct SortedIdentitiesTests {
    @Test(
        "Identities come out by hour and digest, however far apart their hours lie and wherever a chunk ends",
        arguments: [1, 24, 70_000, 5_000_000] as [Int32], [1, 999, 30_000])
    func sorted(span: Int32, chunk: Int) {
        var random = SplitMix64(state: UInt64(span))
        let events = (0..<20_000).map { _ in
            EventIdentity(
                identity: Digest128(high: random.next(), low: random.next()), content: random.next(),
                hour: Int32(random.next() % UInt64(span)) - span / 2)
        }
        let chunks = stride(from: 0, to: events.count, by: chunk).map {
            Array(events[$0..<min($0 + chunk, events.count)])
        }
        let sorted = SortedIdentities(chunks)
        for first in [Int32.min, -span / 4, span] { #expect(read(sorted, from: first) == inOrder(events, from: first)) }
        #expect(sorted.hours.reduce(0) { $0 + $1.count } == events.count)
        #expect(sorted.hours.map(\.hour) == Set(events.map(\.hour)).sorted())
    }

    @Test("Crowds of identities with the same first bits come out in order too")
    func crowds() {
        var events: [EventIdentity] = []
        for number in 0..<400 as Range<UInt64> {
            for high in [.max, 0, 1 << 63] as [UInt64] {
                let identity = Digest128(high: high, low: number &* 0x9E37_79B9_7F4A_7C15)
                events.append(EventIdentity(identity: identity, content: number, hour: Int32(number % 3)))
            }
        }
        #expect(read(SortedIdentities(events), from: 1) == inOrder(events, from: 1))
    }

    @Test("Of no events there is no hour")
    func empty() {
        #expect(SortedIdentities([EventIdentity]()).hours.isEmpty)
        #expect(read(SortedIdentities([EventIdentity]()), from: .min) == [])
    }

    private func read(_ sorted: SortedIdentities, from first: Int32) -> [EventIdentity] {
        var events: [EventIdentity] = []
        sorted.forEachHour(from: first) { hour, words in
            for index in stride(from: 0, to: words.count, by: SortedIdentities.wordsPerEvent) {
                let identity = Digest128(high: words[index], low: words[index + 1])
                events.append(EventIdentity(identity: identity, content: words[index + 2], hour: hour))
            }
        }
        return events
    }

    private func inOrder(_ events: [EventIdentity], from first: Int32) -> [EventIdentity] {
        events.filter { $0.hour >= first }.sorted { left, right in
            left.hour != right.hour ? left.hour < right.hour : left.identity < right.identity
        }
    }
}
