import Testing
import UsageModel

@testable import Windowing

@Suite struct IdentityTableTests {
    @Test(
        "A table gives all its events away, more than a chunk of them, and finds them meanwhile",
        arguments: [1, 24, 70_000] as [Int32])
    func sorted(span: Int32) {
        var random = SplitMix(state: UInt64(span))
        let events = (0..<100_000).map { _ in
            EventIdentity(
                identity: Digest128(high: random.next(), low: random.next()), content: random.next(),
                hour: Int32(random.next() % UInt64(span)) - span / 2)
        }
        var deduplicator = Deduplicator()
        deduplicator.insert(events)
        #expect(deduplicator.recentCount == events.count)
        let table = deduplicator.freeze()
        #expect(table.sorted.chunks.flatMap { $0 } == events)
        #expect(events.allSatisfy { table.match($0, firstHour: .max) == .duplicate })
        #expect(
            events.allSatisfy { event in
                let other = EventIdentity(identity: event.identity, content: ~event.content, hour: event.hour)
                return table.match(other, firstHour: .max) == .conflict
            })
        let strangers = (0..<10_000).map { _ in
            EventIdentity(identity: Digest128(high: random.next(), low: random.next()), content: 0, hour: 0)
        }
        #expect(strangers.allSatisfy { table.match($0, firstHour: .min) == .none })
    }
}
