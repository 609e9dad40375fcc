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

    /// Usage as a dictionary adds it up.
    private struct Oracle {
        var totals: [Key: (units: Int128, events: UInt64, corrected: Bool)] = [:]

        mutating func add(_ commit: Commit) {
            for entry in commit.delta.entries {
                let meter = commit.delta.meters[Int(entry.meter)]
                let key = Key(
                    meter: meter.name, start: entry.window.start.nanoseconds, end: entry.window.end.nanoseconds,
                    tenant: entry.tenant.bytes, dimensions: entry.dimensions.map { $0?.bytes })
                let units = meter.aggregation == .count ? 0 : entry.aggregate.value.units
                guard let held = totals[key] else {
                    totals[key] = (units, entry.aggregate.events, entry.isCorrection)
                    continue
                }
                let merged =
                    switch meter.aggregation {
                    case .count: Int128(0)
                    case .sum: held.units + units
                    case .min: units < held.units ? units : held.units
                    case .max: units > held.units ? units : held.units
                    }
                totals[key] = (merged, held.events + entry.aggregate.events, held.corrected || entry.isCorrection)
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
        for meter in try reader.meters() {
            let found = try reader.usage(meter: meter.name)
            rows += found.count
            for row in found {
                let key = Key(
                    meter: meter.name, start: row.window.start.nanoseconds, end: row.window.end.nanoseconds,
                    tenant: row.tenant.bytes, dimensions: row.dimensions.map { $0?.bytes })
                let total = try #require(oracle.totals[key])
                #expect(meter.aggregation == .count || row.aggregate.value.units == total.units)
                #expect(row.aggregate.events == total.events)
                #expect(row.isCorrected == total.corrected)
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
    }
}
