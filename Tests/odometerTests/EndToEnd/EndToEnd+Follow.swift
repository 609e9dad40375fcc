import Foundation
import Testing

extension EndToEnd {
    @Suite("Following")
    struct Follow {
        @Test(
            "A run follows its files, and commits and ends well when it is asked to end", arguments: [SIGTERM, SIGINT])
        func endsWell(_ signal: Int32) throws {
            let workspace = try Workspace.probe()
            try workspace.write(Workspace.probeLine(id: "1"), to: "a.ndjson")
            let run = try workspace.start(["run", "-c", "odometer.yaml"])
            workspace.waitForRecords(1)
            try workspace.append(Workspace.probeLine(id: "2"), to: "a.ndjson")
            workspace.waitForRecords(2)
            try workspace.write(Workspace.probeLine(id: "3"), to: "b.ndjson")
            workspace.waitForRecords(3)
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
            workspace.waitForRecords(1)
            let second = try workspace.odometer("run", "-c", "odometer.yaml", "--until-idle")
            #expect(second.status == .exit(3))
            #expect(second.errors.split(separator: "\n").count >= 1)
            run.send(SIGTERM)
            #expect(try run.result().status == .exit(0))
        }
    }
}
