import Foundation
import Testing

extension EndToEnd {
    @Suite("Sealed periods")
    struct Seal {
        @Test("A period is sealed once it is closed; what comes later for it is a correction, and the seal stays")
        func seals() throws {
            let workspace = try Workspace.probe()
            let lines = ["00:10", "00:50", "02:30"].map {
                Workspace.probeLine(id: $0, amount: "0.1", time: "2026-11-01T\($0):00Z")
            }
            try workspace.write(lines.joined(), to: "a.ndjson")
            let missing = try workspace.odometer("ledger", "seal", "--before", "2026-11-01T01:00:00Z")
            #expect(missing.status == .exit(2))
            try workspace.runUntilIdle()

            let early = try workspace.odometer("ledger", "seal", "--before", "2026-11-01T03:00:00Z")
            #expect(early.status == .exit(2))
            #expect(early.errors.contains("windows are closed only up to 2026-11-01T02:"))

            let seal = try workspace.odometer("ledger", "seal", "--before", "2026-11-01T01:00:00Z", "--format", "json")
            #expect(seal.status == .exit(0), "\(seal.errors)")
            let text = String(decoding: seal.output, as: UTF8.self)
            #expect(text.contains(#""sealed_before":"2026-11-01T01:00:00Z""#))
            #expect(text.contains(#""value":"0.2","events":2"#))

            let again = try workspace.odometer("ledger", "seal", "--before", "2026-11-01")
            #expect(again.status == .exit(2))
            #expect(again.errors.contains("is sealed before 2026-11-01T01:00:00Z already"))

            try workspace.write(
                Workspace.probeLine(id: "late", amount: "0.4", time: "2026-11-01T00:20:00Z"), to: "b.ndjson")
            try workspace.runUntilIdle()
            #expect(try workspace.usage(of: "amount").rows.map(\.value) == ["0.6", "0.1"])
            let verified = try workspace.odometer("ledger", "verify")
            #expect(verified.status == .exit(0), "\(verified.errors)")
            let log = try workspace.odometer("ledger", "log")
            #expect(String(decoding: log.output, as: UTF8.self).contains("sealed before 2026-11-01T01:00:00Z"))
        }
    }
}
