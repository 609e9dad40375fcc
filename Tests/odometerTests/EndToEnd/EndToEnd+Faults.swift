import Foundation
import Testing

extension EndToEnd {
    @Suite("Faults of the system's calls")
    struct Faults {
        private typealias Kind = FaultShim.Kind

        /// What became of the faults of one workload.
        private struct Tally {
            var faults = 0
            var missed = 0
            var killed = 0
            var halted = 0
            var unharmed = 0
            var killedInRecovery = 0
            var messages: [String: Int] = [:]
        }

        @Test(
            "The shim sees every call that changes the ledger, SQLite's too",
            .enabled(if: SystemCallTrace.isPossible, "strace is missing or may not trace: apt-get install strace"),
            arguments: FaultWorkload.Start.allCases)
        func seesAllCalls(_ start: FaultWorkload.Start) throws {
            let workload = try FaultWorkload(start)
            let trace = SystemCallTrace(log: workload.workspace.file("trace"), below: workload.ledger)
            try workload.reset()
            let run = try ChildProcess(
                Programs.environment, trace.arguments(Programs.odometer, workload.arguments),
                in: workload.workspace.directory, environment: try workload.shim.environment()
            ).result()
            #expect(run.status == .exit(0), "\(run.errors)")
            let counted = Dictionary(grouping: try workload.shim.calls(), by: \.name).mapValues(\.count)
            #expect(try trace.counts() == counted)
            #expect(counted.count > 6)
        }

        @Test(
            "A fault in any call leaves a ledger that the next run completes, or none that it noticed",
            arguments: FaultWorkload.Start.allCases)
        func areRecoveredFrom(_ start: FaultWorkload.Start) throws {
            let workload = try FaultWorkload(start)
            #expect(try workload.run().status == .exit(0))
            #expect(try workload.difference() == nil)
            let calls = try workload.shim.calls()
            try #require(calls.count > 40)

            var tally = Tally()
            for number in 1...calls.count {
                // In turns, so that each kind meets each sort of call; under torture all meet all.
                let turn = Kind.allCases[number % Kind.allCases.count]
                // Until SQLite has its log it has another way of recovery, of which each step must be met.
                let path = calls[number - 1].path
                let isEarly = ["index.sqlite", "index.sqlite-journal"].contains { path.hasSuffix($0) }
                let sample = isEarly && turn != .killAfter ? [turn, .killAfter] : [turn]
                for kind in Programs.isTorture ? Kind.allCases : sample {
                    try Self.fail(workload, kind, at: number, &tally)
                }
            }
            print(
                "faults, from \(start.rawValue): \(calls.count) calls, \(tally.faults) faults, \(tally.missed) not met;",
                "\(tally.killed) killed, \(tally.halted) halted, \(tally.unharmed) went on;",
                "\(tally.killedInRecovery) killed again while recovering; all recovered")
            if Programs.isTorture {
                for (message, count) in tally.messages.sorted(by: { $0.key < $1.key }) {
                    print("  \(count) × \(message)")
                }
            }
            // The order of two threads' calls differs a little from run to run, but most must be met.
            #expect(tally.faults > calls.count / 2)
        }

        /// Fails a run at one call, and requires that what comes out in the end is right.
        private static func fail(
            _ workload: FaultWorkload, _ kind: Kind, at number: Int, _ tally: inout Tally
        ) throws {
            let failed = try workload.run(kind, at: number)
            let calls = try workload.shim.calls()
            guard calls.count >= number else { return tally.missed += 1 }
            tally.faults += 1
            let call = calls[number - 1]
            let place = "\(kind.rawValue) at call \(number), \(call.name) \(call.path)"
            switch failed.status {
            case let status where status.isKilled:
                #expect(kind.isKill, "\(place)")
                tally.killed += 1
            case .exit(3):
                #expect(!kind.isKill && kind != .short, "\(place): \(failed.errors)")
                let message = Self.checkWords(of: failed, kind, place)
                tally.messages[message.replacing(workload.workspace.directory.path, with: "…"), default: 0] += 1
                tally.halted += 1
            case .exit(0):
                // Whatever failed did not matter: then nothing may be amiss.
                #expect(!kind.isKill, "\(place)")
                #expect(try workload.difference() == nil, "\(place)")
                return tally.unharmed += 1
            default:
                Issue.record("\(place): \(failed.status), \(failed.errors)")
            }
            // Every third recovery is killed in its turn, at one of its first calls.
            if number.isMultiple(of: 3), try workload.goOn(.killBefore, at: 1 + number % 29).status.isKilled {
                tally.killedInRecovery += 1
            }
            let recovered = try workload.goOn()
            #expect(recovered.status == .exit(0), "\(place): \(recovered.errors)")
            #expect(try workload.difference() == nil, "\(place)")
        }

        /// A run that stops says why on one line. SQLite does not always say which error of the system it met, and opens a
        /// file only to be read when it may not be opened otherwise, whatever the reason.
        private static func checkWords(of failed: ChildProcess.Result, _ kind: Kind, _ place: String) -> String {
            let lines = failed.errors.split(separator: "\n").filter { !$0.hasPrefix("warning: ") }
            #expect(lines.count == 1 && lines.first?.hasPrefix("odometer: ") == true, "\(place): \(failed.errors)")
            let cause = kind == .eio ? "Input/output error" : "No space left on device; free some space"
            #expect(
                [cause, "full or failing", "must be allowed to write"].contains { failed.errors.contains($0) },
                "\(place): \(failed.errors)")
            return lines.joined(separator: " ")
        }
    }
}

extension ChildProcess.Status {
    var isKilled: Bool { self == .signal(SIGKILL) }
}
