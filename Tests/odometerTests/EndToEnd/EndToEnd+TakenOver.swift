import Foundation
import Testing

extension EndToEnd {
    @Suite("A lock that was deleted")
    struct TakenOver {
        @Test("Of two writers the one that came first is refused, and no record counts twice or not at all")
        func refusesTheFirst() throws {
            let workspace = try Workspace.probe()
            try workspace.write(Workspace.probeLine(id: "1"), to: "a.ndjson")
            let first = try workspace.start(["run", "-c", "odometer.yaml", "--progress", "none"])
            workspace.waitForRecords(1)
            try FileManager.default.removeItem(at: workspace.file("ledger/lock"))

            try workspace.runUntilIdle()
            try workspace.append(Workspace.probeLine(id: "2", amount: "2"), to: "a.ndjson")
            let refused = try first.result()
            #expect(refused.status == .exit(3))
            #expect(refused.errors.contains("another writer has taken over"))
            #expect(refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")

            try workspace.runUntilIdle()
            #expect(try workspace.totalAmount() == "3")
            let status = try workspace.status()
            #expect(status.accepted == 2 && status.read == 2)
            let verified = try workspace.odometer("ledger", "verify", "-c", "odometer.yaml")
            #expect(verified.status == .exit(0), "\(verified.errors)")
        }

        @Test("Two writers that both follow the same growing file end with one, and with the right totals")
        func oneOfTwoStays() throws {
            let workspace = try Workspace.probe()
            try workspace.write(Workspace.probeLine(id: "0"), to: "a.ndjson")
            let first = try workspace.start(["run", "-c", "odometer.yaml", "--progress", "none"])
            workspace.waitForRecords(1)
            try FileManager.default.removeItem(at: workspace.file("ledger/lock"))
            let second = try workspace.start(["run", "-c", "odometer.yaml", "--progress", "none"])
            // Else the first could have read all before the second has begun, and with nothing to append never be refused.
            workspace.waitForEpoch(2)
            for number in 1...40 { try workspace.append(Workspace.probeLine(id: "\(number)"), to: "a.ndjson") }
            #expect(try first.result().status == .exit(3))
            workspace.waitForRecords(41)
            second.send(SIGTERM)
            let ended = try second.result()
            #expect(ended.status == .exit(0), "\(ended.errors)")
            #expect(try workspace.totalAmount() == "41")
            #expect(try workspace.status().duplicates == 0)
            #expect(try workspace.odometer("ledger", "verify", "-c", "odometer.yaml").status == .exit(0))
        }
    }
}
