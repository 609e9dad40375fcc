import Foundation
import Testing

extension EndToEnd {
    @Suite("Run again")
    struct Again {
        @Test("A second run over the same files changes nothing, not even the list of commits")
        func changesNothing() throws {
            let workspace = try Workspace.generated(records: 5_000, seed: 5, files: 2)
            try workspace.runUntilIdle()
            let before = try workspace.totals()
            let commits = try workspace.odometer("ledger", "log", "-c", "odometer.yaml", "--format", "json").output
            try workspace.runUntilIdle()
            #expect(try workspace.totals() == before)
            #expect(
                try workspace.odometer("ledger", "log", "-c", "odometer.yaml", "--format", "json").output == commits)
            #expect(!commits.isEmpty)
        }

        @Test("What is appended to a file is counted once, and nothing else again")
        func countsOnlyWhatIsNew() throws {
            let workspace = try Workspace.probe()
            try workspace.write(Workspace.probeLine(id: "1", amount: "0.5"), to: "a.ndjson")
            try workspace.runUntilIdle()
            #expect(try workspace.totalAmount() == "0.5")
            try workspace.append(Workspace.probeLine(id: "2", amount: "0.25"), to: "a.ndjson")
            try workspace.write(Workspace.probeLine(id: "3", amount: "2"), to: "b.ndjson")
            try workspace.runUntilIdle()
            #expect(try workspace.totalAmount() == "2.75")
            let status = try workspace.status()
            #expect(status.read == 3)
            #expect(status.accepted == 3)
        }

        @Test("A line that is not whole waits, and is counted once when its end comes")
        func waitsForTheEndOfALine() throws {
            let workspace = try Workspace.probe()
            let line = Workspace.probeLine(id: "2", amount: "40")
            let middle = line.index(line.startIndex, offsetBy: 60)
            try workspace.write(Workspace.probeLine(id: "1", amount: "2") + line[..<middle], to: "a.ndjson")
            try workspace.runUntilIdle()
            #expect(try workspace.status().pendingBytes == 60)
            #expect(try workspace.status().read == 1)
            try workspace.append(String(line[middle...]), to: "a.ndjson")
            try workspace.runUntilIdle()
            #expect(try workspace.status().pendingBytes == 0)
            #expect(try workspace.totalAmount() == "42")
        }

        @Test("A repeat is a duplicate, and the same id with other content a conflict, across files and runs")
        func tellsRepeatsFromConflicts() throws {
            let workspace = try Workspace.probe()
            try workspace.write(Workspace.probeLine(id: "1"), to: "a.ndjson")
            try workspace.runUntilIdle()
            let repeated = Workspace.probeLine(id: "1")
            try workspace.write(repeated + Workspace.probeLine(id: "1", amount: "7"), to: "b.ndjson")
            try workspace.runUntilIdle()
            let status = try workspace.status()
            #expect(status.accepted == 1)
            #expect(status.duplicates == 1)
            #expect(status.conflicts == 1)
            #expect(status.isComplete)
            #expect(try workspace.totalAmount() == "1")
        }
    }
}
