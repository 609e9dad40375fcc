import Testing
import UsageModel

@testable import Ledger

@Suite("Ledger")
struct LedgerModelTests {
    private struct Key: Hashable {
        var meter: String
        var start: Int64
        var end: Int64
        var tenant: [UInt8]
        var dimensions: [[UInt8]?]
    }

    /// What a key has, without any merging of aggregates.
    fileprivate struct Held {
        var units: [Int128] = []
        var events: UInt64 = 0
        var digests: Set<Digest128> = []
        var samples: [Sample] = []

        /// Of all of it together.
        func aggregate(_ aggregation: Meter.Aggregation) -> Aggregate? {
            let sum = Quantity(units: units.reduce(0, +))
            return switch aggregation {
            case .count: .count(events: events)
            case .sum: .sum(sum, events: events)
            case .avg: .avg(sum, events: events)
            case .min: units.min().map { .min(Quantity(units: $0), events: events) }
            case .max: units.max().map { .max(Quantity(units: $0), events: events) }
            case .unique: .unique(digests.sorted(), events: events)
            case .latest: samples.max().map { .latest($0, events: events) }
            case .increase: .increase(samples.sorted())
            case .timeWeighted: .timeWeighted(samples.sorted())
            }
        }
    }

    /// Usage as a dictionary gathers it.
    private struct Oracle {
        var totals: [Key: Held] = [:]
        var corrections = 0

        mutating func add(_ commit: Commit) {
            for entry in commit.delta.entries {
                let meter = commit.delta.meters[Int(entry.meter)]
                let key = Key(
                    meter: meter.name, start: entry.window.start.nanoseconds, end: entry.window.end.nanoseconds,
                    tenant: entry.tenant.bytes, dimensions: entry.dimensions.map { $0?.bytes })
                totals[key, default: Held()].add(entry.aggregate)
                if entry.correction != nil { corrections += 1 }
            }
        }
    }

    @Test("1,000 random commits, with the ledger opened anew at random, give what a dictionary gives")
    func model() async throws {
        let place = TemporaryLedger()
        var generator = SplitMix64(seed: 2_026)
        var oracle = Oracle()
        var commits: [Commit] = []
        var identities: [EventIdentity] = []
        var positions: [String: Position] = [:]
        let options = LedgerOptions(segmentBytes: 200_000, maximumIndexLag: 5)
        let retention = IdentityRetention(horizon: 0)
        var writer = try await place.open(options)
        for number in 0..<1_000 {
            let commit = Commit.random(using: &generator)
            let seq = try await writer.append(commit)
            #expect(seq == UInt64(number + 1))
            oracle.add(commit)
            commits.append(commit)
            identities += commit.identities
            for state in commit.partitions { positions[state.partition.id.description] = state.position }
            if Int.random(in: 0..<4, using: &generator) == 0 { try await writer.applyIndex() }
            guard Int.random(in: 0..<40, using: &generator) == 0 else { continue }
            // A clean end, an end without the index, an end without any index.
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: try await writer.close()
            case 1: await writer.abandon()
            default:
                await writer.abandon()
                try place.remove("index.sqlite")
            }
            writer = try await place.open(options)
            let opening = try writer.openIdentities(retention, watermark: nil)
            #expect(opening.recent == identities)
            let states = try await writer.partitions()
            let web = states.filter { $0.partition.source == "web" }
            #expect(try await writer.partitions(of: "web") == web)
            let prefixes: [ByteString] = ["log-1", "log-", "log-2", ""]
            let found = try await writer.partitions(of: "web", startingWith: prefixes)
            #expect(found == prefixes.map { prefix in web.filter { $0.partition.id.bytes.starts(with: prefix.bytes) } })
            #expect(states.count == positions.count)
            #expect(states.allSatisfy { positions[$0.partition.id.description] == $0.position })
        }
        try await writer.close()
        let reader = try LedgerReader.open(path: place.path)
        try expect(reader, holds: oracle)
        #expect(try reader.status().counts.read == commits.reduce(0) { $0 + $1.counts.read })
        #expect(try reader.status().commits == 1_000)
        #expect(try place.commits() == commits)
        #expect(try place.names(in: "segments").count > 3)
        let report = try LedgerReader.verify(path: place.path)
        #expect(report.problems == [])
        #expect(report.commits == 1_000)
    }

    private func expect(_ reader: LedgerReader, holds oracle: Oracle) throws {
        var rows = 0
        for meter in try reader.meterVersions().map(\.header) {
            let found = try reader.usage(meter: meter.name)
            rows += found.count
            for row in found {
                let key = Key(
                    meter: meter.name, start: row.window.start.nanoseconds, end: row.window.end.nanoseconds,
                    tenant: row.tenant.bytes, dimensions: row.dimensions.map { $0?.bytes })
                let total = try #require(oracle.totals[key])
                #expect(row.aggregate == total.aggregate(meter.aggregation))
            }
            let ordered = zip(found, found.dropFirst()).allSatisfy { left, right in
                if left.window != right.window { return left.window < right.window }
                if left.tenant != right.tenant { return left.tenant < right.tenant }
                let places = [left, right].map { row in row.dimensions.map { $0.map { [1] + $0.bytes } ?? [0] } }
                return places[0].lexicographicallyPrecedes(places[1]) { $0.lexicographicallyPrecedes($1) }
            }
            #expect(ordered)
        }
        #expect(rows == oracle.totals.count)
        var corrections = 0
        try reader.forEachCorrection { _ in corrections += 1 }
        #expect(corrections == oracle.corrections)
    }
}

extension LedgerModelTests.Held {
    fileprivate mutating func add(_ aggregate: Aggregate) {
        events += aggregate.events
        switch aggregate {
        case .count, .total: break
        case .sum(let value, _), .min(let value, _), .max(let value, _), .avg(let value, _): units.append(value.units)
        case .unique(let more, _): digests.formUnion(more)
        case .latest(let sample, _): samples.append(sample)
        case .increase(let more), .timeWeighted(let more): samples += more
        }
    }
}
