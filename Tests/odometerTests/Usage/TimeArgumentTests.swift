import Testing
import UsageModel
import Windowing

@testable import odometer

@Suite("Times of the command line")
struct TimeArgumentTests {
    @Test("A date is the start of its day in the time zone")
    func times() throws {
        let berlin = try LocalDays(timeZone: "Europe/Berlin")
        #expect(
            try TimeArgument.read("2026-07-01", option: "--from", days: berlin) == Timestamp("2026-06-30T22:00:00Z"))
        #expect(
            try TimeArgument.read("1969-12-31", option: "--from", days: LocalDays())
                == Timestamp("1969-12-31T00:00:00Z"))
        #expect(
            try TimeArgument.read("2026-07-01T00:00:00+02:00", option: "--from", days: LocalDays())
                == Timestamp("2026-06-30T22:00:00Z"))
        for text in ["", "yesterday", "2026-02-29", "2026-7-1", "2026-07-01T00:00"] {
            #expect(throws: CallerMistake.self) { try TimeArgument.read(text, option: "--from", days: LocalDays()) }
        }
    }
}
