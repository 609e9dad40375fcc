import Testing
import UsageModel

@testable import AWSClient

@Suite struct TimestampHTTPTests {
    @Test(
        "A date of HTTP is read",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"),
            ("Thu, 29 Feb 2024 23:59:59 GMT", "2024-02-29T23:59:59Z"),
            ("Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00Z"),
        ])
    func httpDate(text: String, moment: String) {
        #expect(Timestamp(httpDate: text) == Timestamp(moment))
    }

    @Test(
        "What is no date of HTTP is none",
        arguments: [
            "", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 99999999999999999 08:49:37 GMT", "Sun, 6 Nov 1994 8:49 GMT",
        ])
    func noDate(text: String) {
        #expect(Timestamp(httpDate: text) == nil)
    }

    @Test(
        "A time goes into a signature in UTC and whole seconds",
        arguments: [
            ("2015-08-30T12:36:00.999Z", "20150830T123600Z"), ("1969-12-31T23:59:59.5Z", "19691231T235959Z"),
            ("2000-02-29T01:02:03+01:00", "20000229T000203Z"),
        ])
    func stamp(moment: String, text: String) throws {
        #expect(try #require(Timestamp(moment)).amazonStamp == text)
    }
}
