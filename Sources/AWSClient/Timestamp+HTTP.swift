public import UsageModel

extension Timestamp {
    /// As `X-Amz-Date` has it: `20150830T123600Z`.
    var amazonStamp: String {
        let seconds = Int(nanoseconds / 1_000_000_000) - (nanoseconds % 1_000_000_000 < 0 ? 1 : 0)
        let days = seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0)
        let second = seconds - days * 86_400
        let (year, month, day) = Timestamp.civil(daysSince1970: days)
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return padded(year, 4) + padded(month, 2) + padded(day, 2) + "T" + padded(second / 3_600, 2)
            + padded(second / 60 % 60, 2) + padded(second % 60, 2) + "Z"
    }

    /// Reads the preferred form of a date in HTTP (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
    public init?(httpDate text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", parts[0].last == ",", let day = Int(parts[1]),
            let month = Timestamp.months.firstIndex(of: parts[2]), let year = Int(parts[3]), (1...31).contains(day),
            (1970...2200).contains(year)
        else { return nil }
        let time = parts[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2])
        else { return nil }
        let days = Timestamp.daysSince1970(year: year, month: month + 1, day: day)
        self.init(seconds: Int64(days * 86_400 + time[0] * 3_600 + time[1] * 60 + time[2]))
    }

    private static let months: [Substring] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
