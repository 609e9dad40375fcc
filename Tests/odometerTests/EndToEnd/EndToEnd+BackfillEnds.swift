import Foundation
import Testing

extension EndToEnd {
    @Suite("Backfills that are interrupted")
    struct BackfillEnds {
        /// Small commits, so that an end falls between many of them.
        private static let commit = "{interval: 5ms, bytes: 256KiB}"
        private static let kills = Programs.isTorture ? 200 : 15

        @Test(
            "A backfill that is killed again and again and repeated has the totals of one that was not",
            // Events of the period stand in a part of a file only.
            arguments: [[], ["--from", "2026-11-01T07:00:00Z", "--to", "2026-11-01T07:05:00Z"]])
        func killed(_ period: [String]) throws {
            let workspace = try Workspace.generated(records: 60_000, seed: 23)
            try workspace.askOracle(files: 4)
            try workspace.archiveLogs()
            try workspace.copyConfiguration(to: "calm.yaml", ledger: "calm", commit: Self.commit)
            let options = ["--source", "gateway", "--batch-size", "256KiB"] + period
            let duration = try ContinuousClock().measure {
                try workspace.succeed(Programs.odometer, ["backfill", "-c", "calm.yaml"] + options)
            }
            let expected = try workspace.totals(configuration: "calm.yaml")
            if period.isEmpty {
                let differences = try workspace.differencesFromOracle(configuration: "calm.yaml")
                #expect(differences.isEmpty, "\(differences)")
            } else {
                #expect((1..<60_000).contains(expected.status.read))
            }

            var random = SeededGenerator(seed: 51)
            let longest = max(20, Int(duration / .milliseconds(1)))
            var (kills, rounds, inTheMiddle) = (0, 0, 0)
            // Commits of a short period follow each other in no time, so that few kills fall between them.
            func goesOn() -> Bool {
                kills < Self.kills || inTheMiddle < Self.kills / 10 && kills < 40 * Self.kills
            }
            while goesOn() {
                let configuration = "round-\(rounds).yaml"
                try workspace.copyConfiguration(to: configuration, ledger: "round-\(rounds)", commit: Self.commit)
                while goesOn() {
                    let backfill = try workspace.start(["backfill", "-c", configuration] + options)
                    let wait = Int.random(in: 1...longest, using: &random)
                    if try backfill.result(within: .milliseconds(wait)) != nil { break }
                    backfill.kill()
                    guard try backfill.result().status == .signal(SIGKILL) else { break }
                    kills += 1
                    let read = (try? workspace.recordsRead(configuration: configuration)) ?? 0
                    if read > 0, read < expected.status.read { inTheMiddle += 1 }
                }
                try workspace.succeed(Programs.odometer, ["backfill", "-c", configuration] + options)
                #expect(try workspace.totals(configuration: configuration) == expected, "in round \(rounds)")
                rounds += 1
            }
            print("kills of backfills: \(kills) of \(rounds) ledgers, \(inTheMiddle) between commits")
            #expect(inTheMiddle >= Self.kills / 10)
        }

        @Test(
            "A backfill that is asked to end commits what was read, says what is left, and goes on from there",
            arguments: [SIGTERM, SIGINT])
        func stopped(_ signal: Int32) throws {
            let workspace = try Workspace.probe()
            try workspace.replaceInConfiguration("path: ./ledger", with: "path: ./ledger\n  commit: \(Self.commit)")
            // Enough for a commit, and one batch, so that nothing of it waits for the next.
            let lines = (0..<3_000).map { Workspace.probeLine(id: "\($0)") }.joined()
            try workspace.write(lines, to: "a.ndjson")
            // A hole in the file reads as a long line of zeros, which takes a while, without taking room on the disk.
            try workspace.write("", to: "b.ndjson")
            let hole = try FileHandle(forWritingTo: workspace.file("b.ndjson"))
            try hole.truncate(atOffset: 1 << 30)
            try hole.close()
            try workspace.write(Workspace.probeLine(id: "last", amount: "10"), to: "c.ndjson")

            let backfill = try workspace.start(["backfill", "--source", "probe", "--batch-size", "1MiB"])
            workspace.waitForRecords(3_000)
            backfill.send(signal)
            let result = try backfill.result()
            #expect(result.status == .exit(0), "\(result.errors)")
            #expect(result.errors.contains("not finished: "), "\(result.errors)")
            #expect(result.errors.contains("left to read; the same command goes on from there\n"), "\(result.errors)")
            #expect(try workspace.totalAmount() == "3000")
            try FileManager.default.removeItem(at: workspace.file("b.ndjson"))
            let rest = try workspace.backfill()
            #expect(rest.status == .exit(0), "\(rest.errors)")
            #expect(!rest.errors.contains("not finished"), "\(rest.errors)")
            #expect(try workspace.totalAmount() == "3010")
        }
    }
}
