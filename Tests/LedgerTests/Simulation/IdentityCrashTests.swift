import Foundation
import Testing
import UsageModel

@testable import Ledger

/// The deduplicator and the ledger together: a source with repeats is read through power failures and kills.
@Suite("Crashes with repeats")
struct IdentityCrashTests {
    /// 4,000; 100,000 with `ODOMETER_TORTURE=1`.
    private static let ends = ProcessInfo.processInfo.environment["ODOMETER_TORTURE"] == nil ? 4_000 : 100_000

    private static let limits: IdentityLimits = {
        var limits = IdentityLimits(maximumEvents: 60)
        limits.mergeWidth = 2
        return limits
    }()

    /// Events of which three in ten are repeats of any before.
    private func source(_ generator: inout SplitMix64) -> [EventIdentity] {
        var events: [EventIdentity] = []
        for number in 0..<600 {
            if number > 0, Int.random(in: 0..<10, using: &generator) < 3 {
                events.append(events[Int.random(in: 0..<number, using: &generator)])
            } else {
                let identity = Digest128(high: generator.next(), low: generator.next())
                events.append(EventIdentity(identity: identity, content: 1, hour: Int32(number / 40)))
            }
        }
        return events
    }

    /// Reads on behind what is committed, until the end of the source or of the power.
    private func read(_ events: [EventIdentity], on disk: SimulatedDisk, _ generator: inout SplitMix64) throws {
        let ledger = try IdentityLedger(LedgerDirectory(path: "/ledger", disk: disk), limits: Self.limits)
        var position = Int(ledger.position)
        while position < events.count {
            let end = min(events.count, position + Int.random(in: 1...40, using: &generator))
            _ = try ledger.take(
                Array(events[position..<end]), watermark: Int64(end / 40), position: UInt64(end))
            position = end
            if Bool.random(using: &generator) { try ledger.flush() }
            if Bool.random(using: &generator) { try ledger.compact(100) }
        }
        try ledger.flush()
    }

    @Test("However often the power fails, every id of the source is counted once")
    func everyIDOnce() throws {
        var generator = SplitMix64(seed: 4)
        var (ends, ledgers, accepted) = (0, 0, 0)
        while ends < Self.ends {
            let events = source(&generator)
            let disk = SimulatedDisk(seed: generator.next())
            var isDone = false
            while !isDone {
                disk.failPower(after: Int.random(in: 0..<120, using: &generator))
                do {
                    try read(events, on: disk, &generator)
                    isDone = true
                } catch let error as LedgerError where error == SimulatedDisk.powerFailure {
                    ends += 1
                }
                disk.restart(after: Int.random(in: 0..<3, using: &generator) == 0 ? .kill : .powerFailure)
            }
            let found = try IdentityLedger(LedgerDirectory(path: "/ledger", disk: disk), limits: Self.limits)
            var times: [Digest128: Int] = [:]
            for event in found.accepted { times[event.identity, default: 0] += 1 }
            #expect(times == Dictionary(events.map { ($0.identity, 1) }) { first, _ in first })
            #expect(found.position == UInt64(events.count))
            ledgers += 1
            accepted += found.accepted.count
        }
        print("simulated disk: \(ends) ends of \(ledgers) ledgers with repeats, \(accepted) ids, each once")
    }
}
