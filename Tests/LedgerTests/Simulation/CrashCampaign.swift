import Testing
import UsageModel

@testable import Ledger

/// Ends a ledger's writer at one change of the disk after the other, and looks at what the next one finds.
struct CrashCampaign {
    /// What happened in all, to be printed: a campaign that met nothing shows nothing.
    struct Counts {
        var ends = 0
        var chains = 0
        var commits = 0
        var tornTails = 0
        var unacknowledgedKept = 0
        var lies = 0
        var halts = 0
        var lostByLies = 0
    }

    /// Lying disks make an acknowledged commit vanish: then it must be known, or be the same as if it had never been.
    let isLying: Bool
    private(set) var counts = Counts()
    private var generator: SplitMix64

    init(seed: UInt64, isLying: Bool = false) {
        generator = SplitMix64(seed: seed)
        self.isLying = isLying
    }

    /// Runs whole lives of ledgers, each with many ends, until so many ends were met.
    mutating func run(ends: Int) throws {
        while counts.ends < ends { try runChain() }
    }

    /// One ledger from its making on, ended up to 40 times.
    private mutating func runChain() throws {
        let disk = SimulatedDisk(seed: generator.next())
        var life = CrashLife(disk: disk, knowsIndex: Bool.random(using: &generator))
        counts.chains += 1
        for _ in 0..<40 {
            if try end(disk, &life) { return }
        }
        disk.restart(after: .kill)
        counts.lies += disk.lies
        do {
            try life.open()
            counts.commits += life.found
        } catch LedgerError.damaged where life.wasLiedTo {
            counts.halts += 1
        }
    }

    /// Lets the writer work until it is ended, and restarts the disk.
    /// - Returns: whether the ledger halted, which only a lying disk may bring about.
    private mutating func end(_ disk: SimulatedDisk, _ life: inout CrashLife) throws -> Bool {
        let lies = isLying && Int.random(in: 0..<3, using: &generator) == 0 ? 6 : 0
        disk.failPower(after: Int.random(in: 0..<30, using: &generator), liesOneIn: lies)
        do {
            try life.open()
            counts.tornTails += life.cutTornTail ? 1 : 0
            counts.unacknowledgedKept += life.keptUnacknowledged ? 1 : 0
            counts.lostByLies += life.lost
            while true { try life.append(padding: Int.random(in: 0..<2_000, using: &generator)) }
        } catch let error as LedgerError where error == SimulatedDisk.powerFailure {
            counts.ends += 1
            life.wasLiedTo = disk.lies > 0
            disk.restart(after: Int.random(in: 0..<3, using: &generator) == 0 ? .kill : .powerFailure)
            return false
        } catch LedgerError.damaged where life.wasLiedTo {
            counts.lies += disk.lies
            counts.halts += 1
            return true
        }
    }
}
