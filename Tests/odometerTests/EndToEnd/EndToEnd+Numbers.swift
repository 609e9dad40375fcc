import Foundation
import Testing

extension EndToEnd {
    @Suite("Exact numbers")
    struct Numbers {
        @Test("0.1 and 0.2 are 0.3")
        func tenths() throws {
            let workspace = try Workspace.probe()
            let lines = Workspace.probeLine(id: "1", amount: "0.1") + Workspace.probeLine(id: "2", amount: "0.2")
            try workspace.write(lines, to: "a.ndjson")
            try workspace.runUntilIdle()
            #expect(try workspace.totalAmount() == "0.3")
        }

        @Test("A hundred thousand millionths are exactly 0.1")
        func millionths() throws {
            #expect(try Self.sumOfMillionths(count: 100_000) == "0.1")
        }

        @Test("Ten million millionths are exactly 10", .enabled(if: Programs.isFull, "set ODOMETER_FULL=1"))
        func tenMillionMillionths() throws {
            #expect(try Self.sumOfMillionths(count: 10_000_000) == "10")
        }

        private static func sumOfMillionths(count: Int) throws -> String? {
            let workspace = try Workspace.probe()
            try workspace.write("", to: "a.ndjson")
            for first in stride(from: 0, to: count, by: 50_000) {
                let lines = (first..<min(first + 50_000, count)).map {
                    Workspace.probeLine(id: "\($0)", amount: "0.000001")
                }
                try workspace.append(lines.joined(), to: "a.ndjson")
            }
            try workspace.runUntilIdle()
            return try workspace.totalAmount()
        }
    }
}
