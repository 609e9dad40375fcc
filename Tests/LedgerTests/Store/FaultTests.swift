import Foundation
import Glibc
import Testing
import UsageModel

@testable import Ledger

@Suite("Failing disk")
struct FaultTests {
    @Test("At whichever operation the disk fails, what was acknowledged is there and nothing is twice")
    func everyOperation() async throws {
        for lasting in [false, true] {
            var step = 0
            var isDone = false
            while !isDone {
                let place = TemporaryLedger()
                let plan = FaultPlan(at: step, lasting: lasting)
                var acknowledged: [Commit] = []
                var failure: LedgerError?
                do {
                    let writer = try await place.open(plan.options)
                    do throws(LedgerError) {
                        for number in 1...7 {
                            try await writer.append(.small(number))
                            acknowledged.append(.small(number))
                        }
                    } catch {
                        failure = error
                        await #expect(throws: LedgerError.poisoned(cause: error.description)) {
                            try await writer.append(.small(99))
                        }
                    }
                    await writer.abandon()
                } catch {
                    failure = error
                }
                isDone = failure == nil
                #expect(isDone == (plan.operations <= step))
                let writer = try await place.open()
                let found = try place.commits()
                #expect(found == acknowledged || found == acknowledged + [.small(acknowledged.count + 1)])
                try await writer.append(.small(50))
                try await writer.close()
                #expect(try place.commits() == found + [.small(50)])
                #expect(try LedgerReader.verify(path: place.path).problems == [])
                step += 1
            }
            #expect(step > 30)
        }
    }

    @Test("A full device is an error that says so")
    func fullDevice() throws {
        let file = try LocalDisk().open("/dev/full", .writing)
        #expect(throws: LedgerError.system(call: "pwrite", path: "/dev/full", code: ENOSPC)) {
            try file.write([1, 2, 3], at: 0)
        }
        #expect(LedgerError.system(call: "pwrite", path: "/x", code: ENOSPC).description.contains("No space left"))
    }
}
