import Testing
import UsageModel
import Windowing

@testable import UsageQuery

@Suite("Percentiles")
struct PercentileTests {
    private func value(_ percentile: String, _ values: [Int64], zeros: Int = 0) throws -> Quantity? {
        try Percentile(percentile).value(of: values.sorted().map { Quantity(whole: $0) }, zeros: zeros)
    }

    @Test("By nearest rank it is one of the values, exactly")
    func nearestRank() throws {
        let hundred = Array(Int64(1)...100)
        for (percentile, expected) in [
            ("95", 95), ("99.9", 100), ("50", 50), ("100", 100), ("0.5", 1), ("95.000000000001", 96),
        ] {
            #expect(try value(percentile, hundred) == Quantity(whole: Int64(expected)))
        }
        #expect(try value("95", [7]) == Quantity(whole: 7))
        #expect(try value("50", [3, 1]) == Quantity(whole: 1))
        #expect(try value("50", []) == nil)
    }

    @Test("Zeros count among the values as if they were there")
    func zeros() throws {
        var random = SplitMix(state: 8)
        for _ in 0..<500 {
            let values = (0..<random.below(20)).map { _ in Int64(random.below(9)) - 4 }
            let zeros = random.below(20)
            let percentile = "\(random.below(100) + 1)"
            #expect(
                try value(percentile, values, zeros: zeros)
                    == value(percentile, values + [Int64](repeating: 0, count: zeros)))
        }
    }

    @Test("What is no percentile is refused", arguments: ["0", "-1", "100.1", "x", ""])
    func refused(_ text: String) {
        #expect(throws: UsageQuestionError.self) { try Percentile(text) }
    }

    @Test("The 95th percentile of a day's windows is that of their values; with empty windows those count as 0")
    func burstable() throws {
        let meter = GroupTests.meter(minutes: 5)
        let ledger = try MemoryLedger()
        let entries = try (0..<100).map { number in
            var entry = try UsageQuestionTests.entry("2026-11-01T00:00:00Z", units: Int64(number + 1))
            let start = entry.window.start.nanoseconds + Int64(number) * 300_000_000_000
            entry.window = Window(
                start: Timestamp(nanoseconds: start), end: Timestamp(nanoseconds: start + 300_000_000_000))
            return entry
        }
        try ledger.append(UsageDelta(meters: [UsageQuestionTests.header], entries: entries))
        var question = UsageQuestion(
            meter: meter, window: try UsageWindow(.day, of: meter), group: try UsageGroup("tenant", of: meter),
            days: LocalDays())
        question.percentile = try Percentile("95")
        let whole = Timestamp("2026-11-02T00:00:00Z")
        let rows = try question.answer(from: ledger.reader, finalUpTo: whole).rows
        #expect(rows.map(\.value) == [Quantity(whole: 95)])
        #expect(rows.map(\.events) == [100])
        #expect(rows.map(\.window.start) == [Timestamp("2026-11-01T00:00:00Z")])
        question.countsEmptyWindows = true
        // 288 windows, 188 of them 0: the 274th is the 86th of the rest.
        #expect(try question.answer(from: ledger.reader, finalUpTo: whole).rows.map(\.value) == [Quantity(whole: 86)])
        // Up to 07:30 there are 90 windows, all with usage; the ten after it are open, and count as what they are.
        let early = Timestamp("2026-11-01T07:30:00Z")
        #expect(try question.answer(from: ledger.reader, finalUpTo: early).rows.map(\.value) == [Quantity(whole: 95)])
        // All of time begins with what there is.
        question.window = .unit(.total)
        #expect(try question.answer(from: ledger.reader, finalUpTo: whole).rows.map(\.value) == [Quantity(whole: 86)])
        // From within a window on, only whole windows count: 99 with usage, and 188 without.
        question.from = Timestamp("2026-11-01T00:02:00Z")
        #expect(try question.answer(from: ledger.reader, finalUpTo: whole).rows.map(\.value) == [Quantity(whole: 86)])
    }
}
