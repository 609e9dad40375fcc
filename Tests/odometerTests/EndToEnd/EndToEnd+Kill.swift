import Foundation
import Testing

extension EndToEnd {
    @Suite("Killed at any moment")
    struct Kill {
        private static let records = 300_000
        private static let kills = 50
        /// Small commits, so that a kill falls between many of them.
        private static let commit = "{interval: 20ms, bytes: 1MiB}"

        @Test("Fifty kills at random moments change no number")
        func changeNothing() throws {
            let workspace = try Workspace.generated(records: Self.records, seed: 11)
            try workspace.copyConfiguration(to: "calm.yaml", ledger: "calm", commit: Self.commit)
            let clock = ContinuousClock()
            let duration = try clock.measure { try workspace.runUntilIdle(configuration: "calm.yaml") }
            let expected = try workspace.totals(configuration: "calm.yaml")
            #expect(expected.status.read == Self.records)

            // A kill falls anywhere in the first half of what a whole run takes, so a ledger is killed several times
            // on its way, and recovery itself is killed too.
            let longest = max(20, Int(duration / .milliseconds(2)))
            var random = SeededGenerator(seed: 50)
            var kills = 0
            var killsInTheMiddle = 0
            for round in 0..<500 where kills < Self.kills {
                let configuration = "round-\(round).yaml"
                try workspace.copyConfiguration(to: configuration, ledger: "round-\(round)", commit: Self.commit)
                while kills < Self.kills {
                    let run = try workspace.start(["run", "-c", configuration, "--until-idle"])
                    let limit = Int.random(in: 1...longest, using: &random)
                    if let ended = try run.result(within: .milliseconds(limit)) {
                        #expect(ended.status == .exit(0), "\(ended.errors)")
                        break
                    }
                    run.kill()
                    if try run.result().status == .signal(SIGKILL) { kills += 1 }
                    let read = (try? workspace.recordsRead(configuration: configuration)) ?? 0
                    if read > 0, read < Self.records { killsInTheMiddle += 1 }
                }
                try workspace.runUntilIdle(configuration: configuration)
                #expect(
                    try workspace.totals(configuration: configuration) == expected,
                    "after \(kills) kills, in round \(round)")
                let verified = try workspace.odometer("ledger", "verify", "-c", configuration)
                #expect(verified.status == .exit(0), "\(verified.errors)")
            }
            #expect(kills == Self.kills)
            // Otherwise the test would say nothing: a ledger that is empty or whole cannot be hurt.
            #expect(killsInTheMiddle >= 5)
        }
    }
}

extension Workspace {
    /// How many records the ledger has at this moment; throws when there is no ledger yet.
    func recordsRead(configuration: String = "odometer.yaml") throws -> Int {
        let result = try odometer("status", "-c", configuration, "--format", "json")
        return try JSONDecoder().decode(StatusReport.self, from: result.output).read
    }
}
