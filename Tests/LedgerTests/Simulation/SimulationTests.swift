import Foundation
import Testing

@testable import Ledger

@Suite("Crashes on a simulated disk")
struct SimulationTests {
    /// 100,000; a million with `ODOMETER_TORTURE=1`; or as many as `ODOMETER_ENDS` says.
    private static let ends: Int = {
        let environment = ProcessInfo.processInfo.environment
        let wanted = environment["ODOMETER_ENDS"].flatMap { Int($0) }
        return wanted ?? (environment["ODOMETER_TORTURE"] == nil ? 100_000 : 1_000_000)
    }()

    @Test(
        "Ended at any change of a disk that loses, tears, reorders and repeats, no acknowledged commit is lost or doubled"
    )
    func ends() throws {
        var campaign = CrashCampaign(seed: 1)
        try campaign.run(ends: Self.ends)
        print("simulated disk: \(campaign.counts)")
        #expect(campaign.counts.ends >= Self.ends)
        // Otherwise the campaign would have met nothing.
        #expect(campaign.counts.tornTails > Self.ends / 50)
        #expect(campaign.counts.unacknowledgedKept > Self.ends / 100)
        #expect(campaign.counts.halts == 0)
    }

    @Test("Killed at any moment of its making, a ledger keeps its first commit when the power fails later")
    func making() throws {
        for step in 0..<40 {
            for seed in 0..<20 as Range<UInt64> {
                let disk = SimulatedDisk(seed: seed)
                var life = CrashLife(disk: disk, knowsIndex: false)
                disk.failPower(after: step)
                do {
                    try life.open()
                    while true { try life.append(padding: 10) }
                } catch let error as LedgerError where error == SimulatedDisk.powerFailure {}
                disk.restart(after: .kill)
                try life.open()
                try life.append(padding: 10)
                disk.failPower(after: 0)
                disk.restart(after: .powerFailure)
                try life.open()
            }
        }
    }

    @Test("On a disk that lies about syncs the ledger holds a beginning of what was acknowledged, or halts")
    func lies() throws {
        var campaign = CrashCampaign(seed: 2, isLying: true)
        // Fewer than this would not meet what a lie does.
        try campaign.run(ends: max(2_000, Self.ends / 10))
        print("lying disk: \(campaign.counts)")
        #expect(campaign.counts.lies > 0)
        #expect(campaign.counts.halts > 0)
        #expect(campaign.counts.lostByLies > 0)
    }
}
