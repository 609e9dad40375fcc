import Testing
import UsageModel

@testable import SchemaValidation

@Suite("Times of a day that was read before")
struct RecentDateTests {
    private static func time(_ text: String, by date: RecentDate) -> Timestamp? {
        let padded = Array(text.utf8) + [UInt8](repeating: 0x39, count: 8)
        return unsafe padded.withUnsafeBufferPointer { bytes in
            guard let first = bytes.baseAddress else { return nil }
            return unsafe date.time(first, count: text.utf8.count)
        }
    }

    private static func note(_ text: String, in date: inout RecentDate) throws {
        let time = try #require(Timestamp(text))
        unsafe Array(text.utf8).withUnsafeBufferPointer { unsafe date.note(time, of: $0) }
    }

    @Test(
        "are read as any time is, or left to the long way",
        arguments: ["2026-11-01", "1969-12-31", "1677-09-21", "2262-04-11"])
    func sameAsLong(day: String) throws {
        var random = SplitMix64(state: 5)
        var date = RecentDate()
        try RecentDateTests.note("\(day)T12:00:00Z".replacing("2262-04-11T12", with: "2262-04-11T01"), in: &date)
        var read = 0
        for _ in 0..<100_000 {
            var text = Array("\(day)T23:59:59.123456789Z".utf8)
            text.removeSubrange(29 - random.below(10)..<29)
            for _ in 0..<random.below(4) {
                let place = random.below(2) == 0 ? 11 + random.below(text.count - 11) : random.below(text.count)
                text[place] = Array("0123456789:.TZt+".utf8)[random.below(16)]
            }
            let string = String(decoding: text, as: UTF8.self)
            guard let found = RecentDateTests.time(string, by: date) else { continue }
            read += 1
            #expect(found == Timestamp(string), "\(string)")
        }
        // The first and the last day are not whole.
        #expect((read > 20_000) == !["1677-09-21", "2262-04-11"].contains(day))
    }

    @Test(
        "are read at once in the usual form",
        arguments: ["2026-11-01T00:00:00Z", "2026-11-01T23:59:59.999Z", "2026-11-01T12:34:56.000000001Z"])
    func usualForm(text: String) throws {
        var date = RecentDate()
        #expect(RecentDateTests.time(text, by: date) == nil)
        try RecentDateTests.note("2026-11-01T05:06:07.089Z", in: &date)
        #expect(RecentDateTests.time(text, by: date) == Timestamp(text))
    }

    @Test(
        "are left to the long way in any other",
        arguments: [
            "2026-11-02T00:00:00Z", "2026-11-01T23:59:60Z", "2026-11-01T24:00:00Z", "2026-11-01T00:00:00.Z",
            "2026-11-01T00:00:00+00:00", "2026-11-01t00:00:00Z", "2026-11-01T00:00:00z", "2026-11-01T00:60:00Z",
            "2026-11-01T00:00:00.1234567890Z", "2026-11-01T00-00-00Z", "2026-11-01T00:00:00.12a4Z",
        ])
    func otherForms(text: String) throws {
        var date = RecentDate()
        try RecentDateTests.note("2026-11-01T05:06:07Z", in: &date)
        #expect(RecentDateTests.time(text, by: date) == nil)
    }
}
