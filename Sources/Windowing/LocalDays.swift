import Foundation
public import UsageModel

/// The civil days of a time zone as stretches of time: 23, 24 or 25 hours, or what its history brought.
///
/// A day starts at the first moment whose local date is that day or a later one. So days lie side by side without gap or
/// overlap, also where clocks go back over midnight (such as Toronto until 1986) or a date was skipped (Samoa in 2011).
public struct LocalDays: Sendable {
    static let nanosecondsPerSecond: Int64 = 1_000_000_000
    static let secondsPerDay: Int64 = 86_400
    static let nanosecondsPerDay = secondsPerDay * nanosecondsPerSecond
    private static let namesOfUTC = ["UTC", "Etc/UTC", "GMT", "Etc/GMT", "Z"]

    /// `nil` for UTC, which is arithmetic.
    private let zone: TimeZone?
    /// The starts that were worked out, in seconds since 1970, by the day's number.
    private var starts: [Int64: Int64] = [:]
    private var current = Window(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 0))
    private var currentNumber: Int64 = 0

    /// The days of UTC.
    public init() {
        zone = nil
    }

    /// The days of a time zone by its IANA name.
    /// - Throws: ``WindowingError/unknownTimeZone(_:)``.
    public init(timeZone name: String) throws(WindowingError) {
        if LocalDays.namesOfUTC.contains(name) {
            zone = nil
            return
        }
        guard let zone = TimeZone(identifier: name) else { throw .unknownTimeZone(name) }
        self.zone = zone
    }

    var isUTC: Bool { zone == nil }

    /// The local day that a moment lies in. About 10 µs for a day that was not asked for before, else O(1).
    public mutating func day(containing time: Timestamp) -> Window {
        locate(time)
        return current
    }

    /// The number of the local day, counted from 1970-01-01, that a moment lies in.
    public mutating func number(ofDayContaining time: Timestamp) -> Int64 {
        locate(time)
        return currentNumber
    }

    /// The first moment of a day, counted from 1970-01-01. Clamped to what a ``Timestamp`` can hold.
    public mutating func start(ofDay number: Int64) -> Timestamp {
        Timestamp(nanoseconds: LocalDays.nanoseconds(seconds: startSeconds(ofDay: number)))
    }

    private mutating func locate(_ time: Timestamp) {
        if current.contains(time) { return }
        let seconds = LocalDays.floorDivide(time.nanoseconds, LocalDays.nanosecondsPerSecond)
        var number = LocalDays.floorDivide(seconds + offset(at: seconds), LocalDays.secondsPerDay)
        while seconds < startSeconds(ofDay: number) { number -= 1 }
        while seconds >= startSeconds(ofDay: number + 1) { number += 1 }
        current = Window(start: start(ofDay: number), end: start(ofDay: number + 1))
        currentNumber = number
    }

    private mutating func startSeconds(ofDay number: Int64) -> Int64 {
        let midnight = number * LocalDays.secondsPerDay
        if zone == nil { return midnight }
        if let known = starts[number] { return known }
        let start = firstMoment(atOrAfterLocal: midnight)
        starts[number] = start
        return start
    }

    /// The first second whose local clock shows `local` seconds since 1970 or more.
    ///
    /// Offsets are within 16 hours of UTC, so it lies within that of `local`. The offset is sampled every 4 hours and
    /// a change between two samples is found by bisection; two changes never come that close.
    private func firstMoment(atOrAfterLocal local: Int64) -> Int64 {
        let step: Int64 = 4 * 3_600
        var start = local - 6 * step
        var startOffset = offset(at: start)
        while start <= local + 6 * step {
            let next = start + step
            let nextOffset = offset(at: next)
            var change = next
            if nextOffset != startOffset {
                var low = start
                while change - low > 1 {
                    let middle = low + (change - low) / 2
                    if offset(at: middle) == startOffset { low = middle } else { change = middle }
                }
            }
            // Up to the change the clock runs on the first offset, from it on the second.
            if local - startOffset < change { return max(start, local - startOffset) }
            if change < next, local - nextOffset < next { return max(change, local - nextOffset) }
            start = next
            startOffset = nextOffset
        }
        return start
    }

    /// Seconds east of UTC.
    private func offset(at seconds: Int64) -> Int64 {
        guard let zone else { return 0 }
        return Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds))))
    }

    static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    private static func nanoseconds(seconds: Int64) -> Int64 {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: nanosecondsPerSecond)
        return overflow ? (seconds < 0 ? Int64.min : Int64.max) : product
    }
}
