import Synchronization
import Testing
import UsageModel
import Windowing

@testable import Ledger

@Suite("Identities on a failing disk")
struct IdentityFaultTests {
    private static let limits: IdentityLimits = {
        var limits = IdentityLimits(maximumEvents: 60)
        limits.mergeWidth = 2
        return limits
    }()

    private func events(_ number: Int) -> [EventIdentity] {
        (0..<30).map { index in
            var mixed = SplitMix64(seed: UInt64(number * 30 + index))
            return EventIdentity(
                identity: Digest128(high: mixed.next(), low: mixed.next()), content: 1, hour: Int32(number))
        }
    }

    /// Takes batches in, writes and merges, until all is done or something fails.
    /// - Returns: how many batches were taken in.
    private func work(_ ledger: IdentityLedger, from first: Int) -> (taken: Int, failure: LedgerError?) {
        var taken = first
        do {
            while taken < 8 {
                _ = try ledger.take(events(taken), watermark: Int64(taken))
                taken += 1
                try ledger.flush()
                try ledger.compact(200)
            }
        } catch {
            return (taken, error)
        }
        return (taken, nil)
    }

    @Test("At whichever operation the disk fails, the next opening finds every event, and the work goes on")
    func everyOperation() throws {
        for lasting in [false, true] {
            var step = 0
            var isDone = false
            while !isDone {
                let place = TemporaryLedger()
                let plan = FaultPlan(at: step, lasting: lasting)
                var directory = place.directory
                directory.disk = plan.options.disk
                var taken = 0
                do {
                    let (count, failure) = work(try IdentityLedger(directory, limits: Self.limits), from: 0)
                    taken = count
                    isDone = failure == nil
                } catch {
                    isDone = false
                }
                let ledger = try IdentityLedger(place.directory, limits: Self.limits)
                for number in 0..<taken {
                    let outcomes = try ledger.take(events(number), watermark: 12)
                    #expect(outcomes.allSatisfy { $0 == .duplicate })
                }
                let rest = work(ledger, from: taken)
                #expect(rest.failure == nil && rest.taken == 8)
                let again = try IdentityLedger(place.directory, limits: Self.limits)
                for number in 0..<8 {
                    #expect(try again.take(events(number), watermark: 12).allSatisfy { $0 == .duplicate })
                }
                step += 1
            }
            #expect(step > 60)
        }
    }

    @Test("When the power fails at any operation, the next opening finds every event that was acknowledged")
    func powerFailures() throws {
        for seed in 0..<150 as Range<UInt64> {
            let disk = SimulatedDisk(seed: seed)
            disk.state.withLock {
                $0.directories.insert("/disk")
                $0.durableDirectories.insert("/disk")
            }
            let directory = LedgerDirectory(path: "/disk/ledger", disk: disk)
            var generator = SplitMix64(seed: seed)
            var taken = 0
            var isDone = false
            while !isDone {
                disk.failPower(after: .random(in: 0..<120, using: &generator))
                do {
                    let ledger = try IdentityLedger(directory, limits: Self.limits)
                    let before = taken
                    let result = work(ledger, from: taken)
                    taken = max(before, result.taken)
                    isDone = result.failure == nil
                } catch {
                    #expect(error == SimulatedDisk.powerFailure)
                }
                disk.restart(after: SimulatedDisk.End.allCases.randomElement(using: &generator) ?? .kill)
                let ledger = try IdentityLedger(directory, limits: Self.limits)
                for number in 0..<taken {
                    #expect(try ledger.take(events(number), watermark: 12).allSatisfy { $0 == .duplicate })
                }
            }
        }
    }
}
