import Testing
import UsageModel

@testable import Pipeline

/// Compared with sets of all identities.
@Suite("Events that count once")
struct CountedOnceTests {
    private static func event(_ number: UInt64) -> EventIdentity {
        // Spread over all buckets, as the keyed hash does.
        let word = number &* 0x9E37_79B9_7F4A_7C15
        return EventIdentity(identity: Digest128(high: word ^ 7, low: word), content: 0, hour: 1)
    }

    @Test(
        "What counts twice, and what is refused of what nobody counts, is found in any number of parts",
        arguments: 1...4)
    func parts(parts: Int) {
        let commits: [[UInt64]] = [Array(0..<5_000), Array(5_000..<9_000) + [17], [9_500, 4_999, 9_501]]
        let refused: [UInt64] = [3, 9_400, 9_501, 12_345]
        let words = refused.map { Self.event($0).identity.low }
        var (twice, uncounted): (Set<UInt64>, Set<UInt64>) = ([], [])
        for part in 0..<parts {
            var counted = CountedOnce(part: UInt64(part), of: UInt64(parts))
            for commit in commits { counted.take(commit.map(Self.event)) }
            let found = counted.findings(refused: words)
            twice.formUnion(found.twice)
            uncounted.formUnion(found.uncounted)
        }
        #expect(twice == Set([17, 4_999].map { Self.event($0).identity.low }))
        #expect(uncounted == Set([9_400, 12_345].map { Self.event($0).identity.low }))
    }

    @Test("Ledgers are gone through in as many parts as their events need")
    func count() {
        #expect(CountedOnce.parts(events: 0) == 1)
        #expect(CountedOnce.parts(events: 99, capacity: 100) == 1)
        #expect(CountedOnce.parts(events: 100, capacity: 100) == 2)
    }
}
