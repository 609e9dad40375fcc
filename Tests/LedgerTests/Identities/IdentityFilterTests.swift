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
        "A probe finds the entries of a bucket that have the fingerprint, and no other, whatever their width",
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
            #expect(found[row].sorted() == numbers.sorted())
        }
    }
}
