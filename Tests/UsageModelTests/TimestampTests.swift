import Foundation
import Testing
import UsageModel

@Suite("A timestamp")
struct TimestampTests {
    @Test(
        "An RFC 3339 date-time is read",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01t00:00:00z", 0), ("1970-01-01T00:00:00.000000001Z", 1),
            ("1969-12-31T23:59:59.999999999Z", -1), ("1969-12-31T23:59:59Z", -1_000_000_000),
            ("1970-01-01T00:00:00.5Z", 500_000_000), ("1970-01-01T00:00:00.1234567899Z", 123_456_789),
            ("1970-01-01T01:00:00+01:00", 0), ("1969-12-31T18:30:00-05:30", 0), ("1970-01-01T00:00:00-00:00", 0),
            ("2000-02-29T00:00:00Z", 951_782_400_000_000_000), ("2024-02-29T12:00:00Z", 1_709_208_000_000_000_000),
            ("2016-12-31T23:59:60Z", 1_483_228_799_999_999_999),
            ("2017-01-01T05:29:60.5+05:30", 1_483_228_799_999_999_999),
            ("2026-11-01T12:34:56.789Z", 1_793_536_496_789_000_000),
            ("2262-04-11T23:47:16.854775807Z", Int64.max), ("1677-09-21T00:12:43.145224192Z", Int64.min),
        ])
    func reads(text: String, nanoseconds: Int64) {
        #expect(Timestamp(text)?.nanoseconds == nanoseconds)
    }

    @Test(
        "What is not one, or out of range, is none",
        arguments: [
            "", "2026-11-01", "2026-11-01T12:34:56", "2026-11-01 12:34:56Z", "2026-11-01T12:34Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "2026-01-01T00:00:60Z", "2026-01-01T23:59:60+01:00",
            "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00,5Z", "2026-01-01T00:00:00+1:00", "2026-01-01T00:00:00+0100",
            "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+00:60", "2026-01-01T00:00:00ZZ", "2026-01-01T00:00:00Z ",
            "26-01-01T00:00:00Z00", "+2026-01-01T00:00:00Z", "2026-1-01T00:00:00.0Z", "2262-04-11T23:47:16.854775808Z",
            "1677-09-21T00:12:43.145224191Z", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "２026-01-01T00:00:00Z",
        ])
    func refuses(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("Printing and reading is the same moment again, and Foundation reads the same")
    func roundTrip() throws {
        var random = SplitMix64(state: 11)
        for _ in 0..<5_000 {
            let moment = Timestamp(nanoseconds: Int64(bitPattern: random.next()))
            #expect(Timestamp(moment.description) == moment)
            let seconds = moment.nanoseconds / 1_000_000_000
            let date = try Date("\(Timestamp(seconds: seconds)?.description ?? "")", strategy: .iso8601)
            #expect(date.timeIntervalSince1970 == Double(seconds))
        }
        #expect(Timestamp(nanoseconds: .max).description == "2262-04-11T23:47:16.854775807Z")
        #expect(Timestamp(nanoseconds: .min).description == "1677-09-21T00:12:43.145224192Z")
        #expect(Timestamp(nanoseconds: 500_000_000).description == "1970-01-01T00:00:00.5Z")
    }

    @Test("Days and civil dates are each other's inverse over 1,000 years")
    func calendar() {
        var year = 1600
        var month = 1
        var day = 1
        var wrong: [Int] = []
        for number in Timestamp.daysSince1970(
            year: 1600, month: 1, day: 1)..<Timestamp.daysSince1970(year: 2600, month: 1, day: 1)
        {
            let date = Timestamp.civil(daysSince1970: number)
            let back = Timestamp.daysSince1970(year: year, month: month, day: day)
            if date != (year, month, day) || back != number { wrong.append(number) }
            day += 1
            if day > Timestamp.days(inMonth: month, of: year) { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect(wrong == [])
        #expect((year, month, day) == (2600, 1, 1))
    }

    @Test(
        "The hour is rounded down, before 1970 too",
        arguments: [(0, 0), (3_599, 0), (3_600, 1), (-1, -1), (-3_600, -1), (-3_601, -2)])
    func hour(seconds: Int64, hour: Int32) {
        #expect(Timestamp(seconds: seconds)?.hour == hour)
    }

    @Test("Seconds out of range are none")
    func seconds() {
        #expect(Timestamp(seconds: 9_223_372_037) == nil)
        #expect(Timestamp(seconds: -9_223_372_037) == nil)
        #expect(Timestamp(seconds: 9_223_372_036)?.nanoseconds == 9_223_372_036_000_000_000)
    }
}
