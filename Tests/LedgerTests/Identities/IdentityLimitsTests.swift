import Testing

@testable import Ledger

@Suite("Limits of identities")
struct IdentityLimitsTests {
    @Test("Recent events and filters share the memory, until the filters leave room for no more than half a million")
    func followsFilters() {
        let limits = IdentityLimits()
        #expect(limits.maximumEvents(besideFilters: 0) == 2_000_000)
        var last = Int.max
        for bytes in stride(from: 0, through: 400_000_000, by: 1_000_000) {
            let events = limits.maximumEvents(besideFilters: bytes)
            #expect(events <= last)
            // 48 bytes in a table, twice, and 24 in a run that is written.
            #expect(events == 512 << 10 || bytes + events * 120 <= 250_000_000)
            last = events
        }
        // 3.2 bytes of a filter for each of 100 million.
        #expect(limits.maximumEvents(besideFilters: 320_000_000) == 512 << 10)
    }

    @Test("A limit that is set stays as it is, whatever the filters take", arguments: [1, 60, 100_000, 5_000_000])
    func isFixed(events: Int) {
        let limits = IdentityLimits(maximumEvents: events)
        for bytes in [0, 100_000_000, 1_000_000_000] {
            #expect(limits.maximumEvents(besideFilters: bytes) == events)
        }
    }

    @Test("Runs of as many events as can be recent are small, so that several are merged at once")
    func smallRuns() {
        let limits = IdentityLimits()
        #expect(limits.smallRunEvents > limits.maximumEvents(besideFilters: 0))
        #expect(limits.maximumEvents(besideFilters: 0) * 4 <= limits.maximumRunEvents)
    }
}
