import UsageModel

extension Timestamp {
    /// Stops at the ends of the range.
    func adding(_ duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carried) = nanoseconds.addingReportingOverflow(product)
        let (result, carriedAgain) = sum.addingReportingOverflow(attoseconds / 1_000_000_000)
        if overflow || carried || carriedAgain { return Timestamp(nanoseconds: duration < .zero ? .min : .max) }
        return Timestamp(nanoseconds: result)
    }

    func since(_ other: Timestamp) -> Duration {
        .nanoseconds(nanoseconds) - .nanoseconds(other.nanoseconds)
    }

    /// The service knows of milliseconds only.
    var roundedDownToMilliseconds: Timestamp {
        let rest = nanoseconds % 1_000_000
        return Timestamp(nanoseconds: nanoseconds - (rest < 0 ? rest + 1_000_000 : rest))
    }

    /// Reads the date of an answer, such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7); `nil` where it is
    /// written in another way.
    init?(serviceDate text: String) {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: " ").map(String.init)
        guard parts.count == 6, parts[5] == "GMT", parts[1].utf8.count == 2, parts[3].utf8.count == 4,
            parts[4].utf8.count == 8, let month = months.firstIndex(of: parts[2])
        else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        self.init("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
}
