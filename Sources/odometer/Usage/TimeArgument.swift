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

    /// The values of `--from` and `--to`, where they are given.
    /// - Throws: ``CallerMistake`` also where they are the wrong way round.
    static func period(
        from: String?, to: String?, days: LocalDays
    ) throws(CallerMistake) -> EventPeriod {
        var (start, end): (Timestamp?, Timestamp?)
        if let from { start = try read(from, option: "--from", days: days) }
        if let to { end = try read(to, option: "--to", days: days) }
        if let start, let end, end <= start { throw CallerMistake("--to \(end) is not after --from \(start)") }
        return EventPeriod(start: start, end: end)
    }
}
