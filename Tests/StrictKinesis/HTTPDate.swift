import UsageModel

/// A time in the form of HTTP (RFC 9110, section 5.6.7).
enum HTTPDate {
    static func text(_ time: Timestamp) -> String {
        let seconds = Int(time.nanoseconds / 1_000_000_000)
        let days = seconds / 86_400
        let (year, month, day) = Timestamp.civil(daysSince1970: days)
        let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let rest = seconds % 86_400
        return "\(names[days % 7]), \(two(day)) \(months[month - 1]) \(year) "
            + "\(two(rest / 3_600)):\(two(rest / 60 % 60)):\(two(rest % 60)) GMT"
    }
}
