import Foundation
import Testing
import UsageModel
import Windowing

@testable import Ledger

@Suite("Runs of identities")
struct IdentityRunTests {
    private static let mark = SegmentReader.Mark(
        chain: Chain(seq: 1, hash: .none), segment: LedgerDirectory.segmentName(firstSeq: 1), offset: 128)

    private func events(_ count: Int, seed: UInt64, hours: ClosedRange<Int32>) -> [EventIdentity] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            EventIdentity(
                identity: Digest128(high: generator.next(), low: generator.next()), content: generator.next(),
                hour: .random(in: hours, using: &generator))
        }
    }

    private func store(_ place: borrowing TemporaryLedger, limits: IdentityLimits = IdentityLimits()) throws
        -> IdentityStore
    {
        let directory = place.directory
        try directory.create()
        try directory.makeDirectory(directory.identities)
        let id = LedgerID(bytes: [UInt8](repeating: 7, count: 16))
        return IdentityStore(
            IdentityManifest(ledger: id), [], in: directory, limits: limits, horizon: .everything)
    }

    private func find(
        _ events: [EventIdentity], in store: IdentityStore, within horizon: IdentityHorizon
    ) throws -> [IdentityMatch] {
        try IdentityView(place: store.place, runs: store.runs, flushes: 0).find(
            AttributedBatch(identities: events).events, within: horizon)
    }

    @Test(
        "Every event of a run is found, at its hour and from others, and no other is",
        arguments: [1, 42, 43, 5_000, 120_000], [11, 17, 20] as [Int32])
    func findsAll(count: Int, lastHour: Int32) throws {
        let place = TemporaryLedger()
        var store = try store(place)
        let events = events(count, seed: UInt64(count), hours: 0...lastHour)
        let horizon = IdentityHorizon(firstHour: 10, prunedBefore: .min)
        try store.flush(SortedIdentities(events), through: Self.mark, within: horizon)
        #expect(try find(events, in: store, within: horizon).allSatisfy { $0 == .duplicate })
        let changed = events.map { EventIdentity(identity: $0.identity, content: ~$0.content, hour: $0.hour) }
        #expect(try find(changed, in: store, within: horizon).allSatisfy { $0 == .conflict })
        let moved = events.map { EventIdentity(identity: $0.identity, content: $0.content, hour: 30) }
        let found = try find(moved, in: store, within: horizon)
        #expect(zip(found, events).allSatisfy { ($0 == .duplicateElsewhere) == ($1.hour >= 10) })
        #expect(found.allSatisfy { $0 == .duplicateElsewhere || $0 == .none })
        let others = self.events(20_000, seed: 99, hours: 0...20)
        #expect(try find(others, in: store, within: horizon).allSatisfy { $0 == .none })
    }

    @Test("More hours than a filter can number share numbers, and all events are found")
    func manyHours() throws {
        let place = TemporaryLedger()
        var store = try store(place)
        var events = events(70_000, seed: 5, hours: 0...0)
        for index in events.indices { events[index].hour = Int32(index) - 30_000 }
        try store.flush(SortedIdentities(events), through: Self.mark, within: .everything)
        let moved = events.map { EventIdentity(identity: $0.identity, content: ~$0.content, hour: 1_000_000) }
        #expect(try find(moved, in: store, within: .everything).allSatisfy { $0 == .conflictElsewhere })
        #expect(try find(events, in: store, within: .everything).allSatisfy { $0 == .duplicate })
    }

    @Test("Pruning removes runs whose hours are all forgotten, and a merge leaves forgotten hours out")
    func prunes() throws {
        let place = TemporaryLedger()
        var limits = IdentityLimits(maximumEvents: 1_000)
        limits.mergeWidth = 2
        var store = try store(place, limits: limits)
        for (seed, hours) in [(1, 0...4), (2, 3...9), (3, 8...12)] as [(UInt64, ClosedRange<Int32>)] {
            let horizon = IdentityHorizon(firstHour: 0, prunedBefore: .min)
            try store.flush(
                SortedIdentities(events(1_000, seed: seed, hours: hours)), through: Self.mark, within: horizon)
        }
        let horizon = IdentityHorizon(firstHour: 6, prunedBefore: 6)
        try store.flush(SortedIdentities([EventIdentity]()), through: Self.mark, within: horizon)
        #expect(store.runs.map(\.lastHour) == [9, 12])
        #expect(try place.names(in: "identities").count == 3)
        var merge = try #require(store.merge())
        store.reserve(merge)
        while try !merge.advance(events: 77) {}
        try store.finish(merge)
        #expect(store.runs.count == 1)
        #expect(store.runs[0].directory.hours == Array(6...12))
        #expect(try place.names(in: "identities").count == 2)
        let kept = events(1_000, seed: 2, hours: 3...9).filter { $0.hour >= 6 } + events(1_000, seed: 3, hours: 8...12)
        #expect(store.runs[0].entries == kept.count)
        #expect(try find(kept, in: store, within: horizon).allSatisfy { $0 == .duplicate })
    }

    @Test("A flipped byte anywhere in a run is found when it is opened or read, or changes no answer")
    func flippedBytes() throws {
        let place = TemporaryLedger()
        var store = try store(place)
        let all = events(400, seed: 4, hours: 0...3)
        let horizon = IdentityHorizon(firstHour: 2, prunedBefore: .min)
        try store.flush(SortedIdentities(all), through: Self.mark, within: horizon)
        let run = store.runs[0]
        let name = "identities/" + run.name
        let bytes = try place.bytes(of: name)
        var (refused, damaged) = (0, 0)
        for index in stride(from: 0, to: bytes.count, by: 7) {
            var spoilt = bytes
            spoilt[index] ^= 0x10
            try place.replace(name, with: spoilt)
            guard
                let open = try IdentityRun.open(
                    1, checksum: run.header.checksum, of: run.header.ledger, in: place.directory, firstHour: 2)
            else {
                refused += 1
                continue
            }
            do {
                var matches = [IdentityMatch](repeating: .none, count: all.count)
                let rows = IdentityRun.Rows(
                    identities: all.map(\.identity), contents: all.map(\.content), hours: all.map(\.hour),
                    leastHour: 0, greatestHour: 3)
                try open.find(rows, within: horizon, into: &matches)
                #expect(matches.allSatisfy { $0 == .duplicate })
            } catch {
                damaged += 1
            }
        }
        #expect(refused > 150)
        #expect(damaged > 1_000)
    }

    @Test("A run of the format before, without a Bloom filter, is none")
    func olderFormat() throws {
        let place = TemporaryLedger()
        var store = try store(place)
        try store.flush(SortedIdentities(events(400, seed: 4, hours: 0...3)), through: Self.mark, within: .everything)
        let run = store.runs[0]
        var bytes = try place.bytes(of: "identities/" + run.name)
        #expect(bytes[8] == 2)
        bytes[8] = 1
        let checksum = CRC32C.checksum(Array(bytes[..<(IdentityRunHeader.size - 4)]))
        var writer = ByteWriter(capacity: 4)
        writer.integer(checksum)
        bytes.replaceSubrange((IdentityRunHeader.size - 4)..<IdentityRunHeader.size, with: writer.bytes)
        #expect(throws: CodecError.self) { try IdentityRunHeader.decode(Array(bytes[..<IdentityRunHeader.size])) }
        try place.replace("identities/" + run.name, with: bytes)
        #expect(
            try IdentityRun.open(1, checksum: checksum, of: run.header.ledger, in: place.directory, firstHour: 0) == nil
        )
    }

    @Test("A manifest that was changed, cut or belongs to another ledger is none")
    func manifest() throws {
        var manifest = IdentityManifest(ledger: LedgerID(bytes: [UInt8](repeating: 7, count: 16)))
        manifest.mark = Self.mark
        manifest.prunedBefore = -5
        manifest.nextRun = 9
        manifest.runs = [IdentityManifest.Run(number: 3, headerChecksum: 77)]
        let bytes = manifest.encoded()
        #expect(try IdentityManifest.decode(bytes) == manifest)
        for index in bytes.indices {
            var spoilt = bytes
            spoilt[index] ^= 1
            #expect(throws: CodecError.self) { try IdentityManifest.decode(spoilt) }
            #expect(throws: CodecError.self) { try IdentityManifest.decode(Array(bytes[..<index])) }
        }
    }
}
