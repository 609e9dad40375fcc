import Foundation
import Testing

extension EndToEnd {
    @Suite("Following")
    struct Follow {
        /// Asks for the status until so many records are in the ledger, for a minute at most.
        private func waitForRecords(_ count: Int, in workspace: Workspace) {
            let clock = ContinuousClock()
            let deadline = clock.now + .seconds(60)
            while clock.now < deadline {
                if (try? workspace.recordsRead()) == count { return }
            }
            Issue.record("the ledger did not come to \(count) records in a minute")
        }

        @Test(
            "A run follows its files, and commits and ends well when it is asked to end", arguments: [SIGTERM, SIGINT])
        func endsWell(_ signal: Int32) throws {
            let workspace = try Workspace.probe()
            try workspace.write(Workspace.probeLine(id: "1"), to: "a.ndjson")
            let run = try workspace.start(["run", "-c", "odometer.yaml"])
            waitForRecords(1, in: workspace)
            try workspace.append(Workspace.probeLine(id: "2"), to: "a.ndjson")
            waitForRecords(2, in: workspace)
            try workspace.write(Workspace.probeLine(id: "3"), to: "b.ndjson")
            waitForRecords(3, in: workspace)
            run.send(signal)
            let result = try run.result()
            #expect(result.status == .exit(0), "\(result.errors)")
            #expect(try workspace.totalAmount() == "3")
            #expect(try workspace.odometer("ledger", "verify", "-c", "odometer.yaml").status == .exit(0))
        }

        @Test("A second writer is refused while the first one runs")
        func oneWriter() throws {
            let workspace = try Workspace.probe()
            try workspace.write(Workspace.probeLine(id: "1"), to: "a.ndjson")
            let run = try workspace.start(["run", "-c", "odometer.yaml"])
            waitForRecords(1, in: workspace)
            let second = try workspace.odometer("run", "-c", "odometer.yaml", "--until-idle")
            #expect(second.status == .exit(3))
            #expect(second.errors.split(separator: "\n").count >= 1)
            run.send(SIGTERM)
            #expect(try run.result().status == .exit(0))
        }
    }
}
