import Foundation
import Testing
import UsageModel
import Windowing

@testable import Ledger

@Suite("Identities on disk")
struct IdentityModelTests {
    /// Events of few identities at few hours, so that they meet; most hours are near the watermark.
    private struct Source {
        var generator: SplitMix64
        var watermark: Int64 = 1_000

        mutating func event() -> EventIdentity {
            let number = UInt64.random(in: 0..<900, using: &generator)
            var mixed = SplitMix64(seed: number)
            // Some crowd in one place, as no keyed digest would.
            let high = number % 5 == 0 ? number : mixed.next()
            let age: Int64 =
                switch Int.random(in: 0..<10, using: &generator) {
                case 0: .random(in: 0..<400, using: &generator)
                case 1: .random(in: 95..<105, using: &generator)
                case 2: .random(in: -3..<0, using: &generator)
                default: .random(in: 0..<6, using: &generator)
                }
            return EventIdentity(
                identity: Digest128(high: high, low: mixed.next() << 60 | number),
                content: .random(in: 0..<2, using: &generator) + number << 8, hour: Int32(watermark - age))
        }

        mutating func batch() -> [EventIdentity] {
            (0..<Int.random(in: 0...40, using: &generator)).map { _ in event() }
        }
    }

    private static func limits(_ events: Int) -> IdentityLimits {
        var limits = IdentityLimits(maximumEvents: events, maximumCommits: 50)
        limits.mergeWidth = 3
        limits.maximumRunEvents = 2_000
        return limits
    }

    /// Spoils one file of the identities, or removes it.
    private func spoil(_ directory: LedgerDirectory, using generator: inout SplitMix64) throws {
        let names = try directory.disk.names(in: directory.identities).sorted()
        guard let name = names.randomElement(using: &generator) else { return }
        let path = directory.identities + "/" + name
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: try FileManager.default.removeItem(atPath: path)
        case 1: try FileManager.default.removeItem(atPath: directory.identities)
        case 2:
            var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
            if bytes.isEmpty { return }
            bytes.removeLast(Int.random(in: 1...bytes.count, using: &generator))
            try Data(bytes).write(to: URL(filePath: path))
        default:
            var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
            for index in bytes.indices where Int.random(in: 0..<2_000, using: &generator) == 0 {
                bytes[index] ^= UInt8.random(in: 1...255, using: &generator)
            }
            try Data(bytes).write(to: URL(filePath: path))
        }
    }

    /// What a body gives, or `nil` when it meets a damaged block; nothing else may fail.
    private func attempt<Value>(_ body: () throws(LedgerError) -> Value) -> Value? {
        do {
            return try body()
        } catch {
            guard case .damaged = error else {
                Issue.record("\(error)")
                return nil
            }
            return nil
        }
    }

    @Test(
        "Whatever is in memory, on disk, merged, spoilt or made again, the outcomes are those of a list of all events",
        arguments: [(seed: 1, keep: nil), (2, nil), (3, 150), (4, 40), (5, nil)] as [(UInt64, Int64?)])
    func model(seed: UInt64, keep: Int64?) throws {
        let place = TemporaryLedger()
        let retention = IdentityRetention(
            horizon: 100 * IdentityLedger.hour, keep: keep.map { $0 * IdentityLedger.hour })
        var source = Source(generator: SplitMix64(seed: seed))
        var oracle = IdentityOracle()
        let limits = Self.limits([40, 200, 1_000][Int(seed) % 3])
        var ledger = try IdentityLedger(place.directory, limits: limits, retention: retention)
        var (wrong, derived, damages, committed) = (0, 0, 0, Int64.min)
        for _ in 0..<600 {
            let events = source.batch()
            if Int.random(in: 0..<4, using: &source.generator) == 0 {
                source.watermark += .random(in: 0..<20, using: &source.generator)
            }
            var outcomes = attempt { () throws(LedgerError) in try ledger.take(events, watermark: source.watermark) }
            if outcomes == nil {
                damages += 1
                ledger = try IdentityLedger(place.directory, limits: limits, retention: retention)
                #expect(ledger.isDerived || ledger.archive.store.runs.isEmpty)
                outcomes = try ledger.take(events, watermark: source.watermark)
            }
            let (first, pruned) =
                committed == .min ? (.min, .min) : (committed - 100, keep.map { committed - $0 } ?? .min)
            for (event, outcome) in zip(events, outcomes ?? []) {
                wrong += oracle.take(event, firstHour: first, prunedBefore: pruned) == outcome ? 0 : 1
            }
            committed = source.watermark
            if Bool.random(using: &source.generator) { try ledger.flush() }
            let size = Int.random(in: 0..<300, using: &source.generator)
            if attempt({ () throws(LedgerError) in try ledger.compact(size) }) == nil {
                damages += 1
                ledger = try IdentityLedger(place.directory, limits: limits, retention: retention)
                #expect(ledger.isDerived || ledger.archive.store.runs.isEmpty)
            }
            if Int.random(in: 0..<15, using: &source.generator) > 0 { continue }
            if Int.random(in: 0..<2, using: &source.generator) == 0 {
                try spoil(place.directory, using: &source.generator)
            }
            ledger = try IdentityLedger(place.directory, limits: limits, retention: retention)
            derived += ledger.isDerived ? 1 : 0
        }
        #expect(wrong == 0)
        #expect(oracle.count > 2_000)
        #expect(derived > 0)
        print("identities: \(oracle.count) accepted, derived \(derived) times, \(damages) damaged blocks met")
    }
}
