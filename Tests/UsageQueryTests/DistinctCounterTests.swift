import Foundation
import Testing
import UsageModel

@testable import UsageQuery

@Suite("Counting different values")
struct DistinctCounterTests {
    private static func counts(_ counter: consuming DistinctCounter) throws -> [UInt32: UInt64] {
        var counts: [UInt32: UInt64] = [:]
        try counter.counts { counts[$0] = $1 }
        return counts
    }

    @Test("In memory or by way of a file, the counts are those of sets", arguments: [2, 3, 10, 1_000, 1 << 20])
    func sets(capacity: Int) throws {
        var random = SplitMix(state: 4)
        for _ in 0..<20 {
            var counter = DistinctCounter(capacity: capacity)
            var sets: [UInt32: Set<Digest128>] = [:]
            for _ in 0..<random.below(60) {
                let group = UInt32(random.below(5))
                let digests = (0..<random.below(40)).map { _ in
                    Digest128(high: random.next() % 30, low: random.next() % 3)
                }
                try counter.add(digests, to: group)
                if !digests.isEmpty { sets[group, default: []].formUnion(digests) }
            }
            #expect(try Self.counts(counter) == sets.mapValues { UInt64($0.count) })
        }
    }

    @Test("More than fits is put aside, and no more than that")
    func spills() throws {
        var counter = DistinctCounter(capacity: 1_000)
        for round in 0..<20 {
            try counter.add((0..<400).map { Digest128(high: 7, low: $0) }, to: 0)
            // What is there more than once takes no room.
            #expect(counter.runCount == 0, "round \(round)")
        }
        try counter.add((0..<10_000).map { Digest128(high: 8, low: $0) }, to: 1)
        #expect(counter.runCount > 5)
        #expect(try Self.counts(counter) == [0: 400, 1: 10_000])
    }

    @Test("A directory that is not there for what does not fit is an error that says what to do")
    func noDirectory() throws {
        let error = SpillError(call: "make a file in", directory: "/nowhere", code: 2)
        #expect("\(error)".contains("set TMPDIR"))
    }

    @Test("Ten million different values are counted exactly in the memory of one", .enabled(if: isFull))
    func tenMillion() throws {
        var counter = DistinctCounter()
        var random = SplitMix(state: 1)
        for _ in 0..<2 {
            random = SplitMix(state: 1)
            for _ in 0..<10_000 {
                try counter.add((0..<1_000).map { _ in Digest128(high: random.next(), low: random.next()) }, to: 3)
            }
        }
        #expect(counter.runCount > 10)
        #expect(try Self.counts(counter) == [3: 10_000_000])
    }

    private static let isFull = ProcessInfo.processInfo.environment["ODOMETER_FULL"] != nil
}
