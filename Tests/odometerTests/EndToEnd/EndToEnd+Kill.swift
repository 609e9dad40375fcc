import Foundation
import Testing

extension EndToEnd {
    @Suite("Killed at any moment")
    struct Kill {
        private static let records = 60_000
        private static let kills = Programs.isTorture ? 1_000 : 200
        /// Small commits, so that a kill falls between many of them.
        private static let commit = "{interval: 5ms, bytes: 256KiB}"

        /// What the kills met.
        private struct Tally {
            var kills = 0
            var rounds = 0
            /// The ledger held some of the records, not all: otherwise it could not be hurt.
            var inTheMiddle = 0
            /// The killed run had the lock of a ledger that an earlier kill had left, for some milliseconds.
            var inRecovery = 0
        }

        @Test("Hundreds of kills at random moments, in recovery too, leave the totals that the oracle computes")
        func changeNothing() throws {
            let workspace = try Workspace.generated(records: Self.records, seed: 11)
            try workspace.askOracle(files: 4)
            try workspace.copyConfiguration(to: "calm.yaml", ledger: "calm", commit: Self.commit)
            let clock = ContinuousClock()
            let duration = try clock.measure {
                try workspace.runUntilIdle("--batch-size", "256KiB", configuration: "calm.yaml")
            }
            let expected = try workspace.totals(configuration: "calm.yaml")
            // From here on, what has the bytes of this run has the oracle's totals.
            let differences = try workspace.differencesFromOracle(configuration: "calm.yaml")
            #expect(differences.isEmpty, "\(differences)")

            var random = SeededGenerator(seed: 50)
            var tally = Tally()
            while tally.kills < Self.kills {
                let configuration = "round-\(tally.rounds).yaml"
                let ledger = "round-\(tally.rounds)"
                try workspace.copyConfiguration(to: configuration, ledger: ledger, commit: Self.commit)
                // A kill falls anywhere in the first half of what a whole run takes: a ledger meets several on its way.
                let longest = max(20, Int(duration / .milliseconds(2)))
                try Self.killUntilDone(
                    workspace, configuration, ledger: ledger, longest: longest, random: &random, tally: &tally)
                try workspace.runUntilIdle(configuration: configuration)
                #expect(
                    try workspace.totals(configuration: configuration) == expected,
                    "after \(tally.kills) kills, in round \(tally.rounds)")
                let verified = try workspace.odometer("ledger", "verify", "-c", configuration)
                #expect(verified.status == .exit(0), "\(verified.errors)")
                try FileManager.default.removeItem(at: workspace.file(ledger))
                tally.rounds += 1
            }
            print(
                "kills: \(tally.kills) of \(tally.rounds) ledgers, \(tally.inTheMiddle) between commits,",
                "\(tally.inRecovery) of them while recovering; 0 differences from the oracle")
            #expect(tally.inTheMiddle >= Self.kills / 10)
            #expect(tally.inRecovery >= Self.kills / 20)
        }

        /// Kills runs over one ledger until one comes to its end, or all kills are done.
        private static func killUntilDone(
            _ workspace: Workspace, _ configuration: String, ledger: String, longest: Int,
            random: inout SeededGenerator, tally: inout Tally
        ) throws {
            var read = 0
            while tally.kills < Self.kills {
                let run = try workspace.start(
                    ["run", "-c", configuration, "--until-idle", "--batch-size", "256KiB"])
                let isRecovery = read > 0 && tally.kills.isMultiple(of: 3)
                let ended =
                    isRecovery
                    ? try Self.waitForLock(of: run, at: workspace.file(ledger + "/lock"), random: &random)
                    : try run.result(within: .milliseconds(Int.random(in: 1...longest, using: &random)))
                if let ended {
                    #expect(ended.status == .exit(0), "\(ended.errors)")
                    return
                }
                run.kill()
                guard try run.result().status == .signal(SIGKILL) else { continue }
                tally.kills += 1
                read = (try? workspace.recordsRead(configuration: configuration)) ?? 0
                if read > 0, read < Self.records { tally.inTheMiddle += 1 }
                if isRecovery { tally.inRecovery += 1 }
            }
        }

        /// Waits until the run has the ledger, and up to 4 ms more: it finds the end, cuts, and completes the index.
        private static func waitForLock(
            of run: ChildProcess, at lock: URL, random: inout SeededGenerator
        ) throws -> ChildProcess.Result? {
            let mine = Data("\(run.identifier)\n".utf8)
            while (try? Data(contentsOf: lock)) != mine {
                if let ended = try run.result(within: .microseconds(200)) { return ended }
            }
            return try run.result(within: .microseconds(Int.random(in: 0...4_000, using: &random)))
        }
    }
}
