import Testing
import UsageModel

@testable import Ledger

@Suite("Filters of identities")
struct IdentityFilterTests {
    private struct Entry {
        var identity: Digest128
        var hour: Int
    }

    private func filter(_ entries: [Entry], _ shape: IdentityFilter.Shape) throws -> IdentityFilter {
        var builder = IdentityFilterBuilder(shape)
        for entry in entries { builder.count(entry.identity) }
        builder.beginFilling()
        for entry in entries { builder.insert(entry.identity, hour: entry.hour) }
        let filter = builder.finish()
        return try #require(filter)
    }

    @Test(
        "A probe finds the entries of a bucket that have the fingerprint of what is there, and no other, whatever their width",
        arguments: [1, 2, 13, 20_000], [1, 2, 3, 24, 840, 5_000, 100_000])
    func agreesWithSearch(count: Int, hours: Int) throws {
        var generator = SplitMix64(seed: UInt64(count * hours))
        let entries = (0..<count).map { _ in
            Entry(
                identity: Digest128(high: generator.next(), low: generator.next()),
                hour: .random(in: 0..<hours, using: &generator))
        }
        let shape = IdentityFilter.Shape(entries: count, hours: hours)
        let filter = try filter(entries, shape)
        // Half of them are known, and the others share a bucket with something and often a fingerprint.
        let queries = (0..<4_000).map { number in
            let known = entries[Int(generator.next() % UInt64(count))].identity
            let change = generator.next() % 8 << (generator.next() % 24)
            return number % 2 == 0 ? known : Digest128(high: known.high, low: known.low ^ change)
        }
        var found = [[Int]](repeating: [], count: queries.count)
        var hits: [IdentityFilter.Hit] = []
        filter.probe(queries.span, into: &hits)
        for hit in hits { found[hit.row].append(hit.hour) }
        let buckets = Dictionary(grouping: entries) { shape.bucket(of: $0.identity) }
        for (row, query) in queries.enumerated() {
            let same = buckets[shape.bucket(of: query), default: []].filter {
                shape.fingerprint(of: $0.identity) == shape.fingerprint(of: query)
            }
            let numbers = same.map { $0.hour % (1 << Int(shape.hourBits)) }
            // A stranger may be known for one before its bucket is looked at.
            let isKnown = same.contains { $0.identity == query }
            #expect(found[row].sorted() == numbers.sorted() || !isKnown && found[row].isEmpty)
        }
    }

    @Test("What was counted and not put in leaves nothing out of what was put in")
    func keepsAllWithGaps() throws {
        var generator = SplitMix64(seed: 9)
        let entries = (0..<5_000).map { number in
            Entry(identity: Digest128(high: generator.next(), low: generator.next()), hour: number % 5)
        }
        var builder = IdentityFilterBuilder(IdentityFilter.Shape(entries: entries.count, hours: 5))
        for entry in entries { builder.count(entry.identity) }
        builder.beginFilling()
        let kept = entries.filter { $0.identity.low % 3 != 0 }
        for entry in kept { builder.insert(entry.identity, hour: entry.hour) }
        let finished = builder.finish()
        let filter = try #require(finished)
        let identities = kept.map(\.identity)
        var hits: [IdentityFilter.Hit] = []
        filter.probe(identities.span, into: &hits)
        let found = Dictionary(grouping: hits, by: \.row).mapValues { $0.map(\.hour) }
        for (row, entry) in kept.enumerated() { #expect(found[row]?.contains(entry.hour) == true) }
    }

    @Test("Two of a thousand strangers at most have to be looked for on the disk", arguments: [1, 3, 24, 840])
    func passesFewStrangers(hours: Int) throws {
        var generator = SplitMix64(seed: UInt64(hours))
        let entries = (0..<100_000).map { number in
            Entry(identity: Digest128(high: generator.next(), low: generator.next()), hour: number % hours)
        }
        let filter = try filter(entries, IdentityFilter.Shape(entries: entries.count, hours: hours))
        let strangers = (0..<200_000).map { _ in Digest128(high: generator.next(), low: generator.next()) }
        var hits: [IdentityFilter.Hit] = []
        filter.probe(strangers.span, into: &hits)
        // By its shape, 7 of 100 pass the Bloom filter, and 24 of 1,024 of these the table.
        let count = Set(hits.map(\.row)).count
        #expect(count < strangers.count * 2 / 1_000)
        #expect(count > strangers.count / 2_000, "some must pass, or nothing was measured")
    }

    @Test("A filter takes 2.4 bytes of an event, 2.8 with a day's hours and 3.2 with a week's")
    func isSmall() {
        for (hours, most) in [(3, 2.45), (24, 2.8), (168, 3.2)] {
            let shape = IdentityFilter.Shape(entries: 2_000_000, hours: hours)
            #expect(Double(shape.byteCount) / 2_000_000 < most)
        }
    }
}
