import Testing
import UsageModel

@testable import Ledger

@Suite("The ledger as it was")
struct AsOfTests {
    @Test("With its first frames alone a ledger has their usage, and no more frames than there are can be asked for")
    func asOf() async throws {
        let place = TemporaryLedger()
        let writer = try await place.open()
        for number in 1...5 { try await writer.append(.small(number)) }
        try await writer.close()
        let reader = try LedgerReader.open(path: place.path)
        for seq in UInt64(0)...5 {
            let then = try reader.asOf(seq)
            let total = try then.usage(meter: "m").first?.aggregate
            #expect(total == (seq == 0 ? nil : .sum(Quantity(whole: Int64(seq * (seq + 1) / 2)), events: seq)))
            #expect(try then.status().commits == seq)
        }
        #expect(throws: LedgerError.noFrame(seq: 6, last: 5)) { try reader.asOf(6) }
    }
}
