import Testing
import UsageModel

@Suite("Seconds since 1970")
struct TimestampUnixTests {
    private func nanoseconds(_ text: String) -> Int64? {
        var text = text
        return text.withUTF8 { unsafe Timestamp(unixSeconds: $0) }?.nanoseconds
    }

    @Test(
        "A JSON number of seconds is a moment, exact to the nanosecond",
        arguments: [
            ("0", 0), ("-0", 0), ("1", 1_000_000_000), ("1.5", 1_500_000_000), ("-1.5", -1_500_000_000),
            ("0.000000001", 1), ("0.0000000019", 1), ("-0.0000000019", -1),
            ("1793534400.123456789123456789", 1_793_534_400_123_456_789),
            ("9223372036.854775807", .max), ("-9223372036.854775808", .min), ("1e3", 1_000_000_000_000),
            ("1.25E-2", 12_500_000), ("10000000000000000000000e-21", 10_000_000_000),
        ] as [(String, Int64)])
    func moment(text: String, expected: Int64) {
        #expect(nanoseconds(text) == expected)
    }

    @Test(
        "What is no JSON number or out of range is none",
        arguments: [
            "", "-", ".5", "5.", "01", "-01", "+1", "1 ", " 1", "1s", "1.5.", "1e", "0x1", "NaN",
            "9223372036.854775808",
            "-9223372036.854775809", "1793534400000", "1e10", "1e300", "10000000000000000000000",
            "2026-11-01T00:00:00Z",
        ])
    func none(text: String) {
        #expect(nanoseconds(text) == nil)
    }
}
