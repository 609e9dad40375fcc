import UsageModel
import Windowing

/// A moment on the command line: RFC 3339, or a date, which is the start of the day in the configured time zone.
enum TimeArgument {
    /// - Throws: ``CallerMistake`` when the text is neither.
    static func read(_ text: String, option: String, days: LocalDays) throws(CallerMistake) -> Timestamp {
        if let time = Timestamp(text) { return time }
        guard text.utf8.count == 10, let midnight = Timestamp(text + "T00:00:00Z") else {
            throw CallerMistake(
                "\(option): \"\(text)\" is neither a date like 2026-11-01 nor RFC 3339 like 2026-11-01T00:00:00Z")
        }
        var days = days
        return days.start(ofDay: midnight.nanoseconds / 86_400_000_000_000)
    }
}
