extension Timestamp {
    /// Reads an RFC 3339 date-time (section 5.6), such as `2026-11-01T00:00:00.123Z` or `…+05:30`.
    ///
    /// Digits of the fraction past the ninth are dropped. Second 60 is taken only where a leap second can stand (the
    /// last second of a UTC day) and counts into the second before it, so that it stays in its own window. `nil` when
    /// the text is not one or is out of range. O(length), no allocation.
    @inlinable
    public init?(rfc3339 text: UnsafeBufferPointer<UInt8>) {
        guard text.count >= 20,
            let year = unsafe Timestamp.digits(text, 0, 4), unsafe text[4] == 0x2D,
            let month = unsafe Timestamp.digits(text, 5, 2), unsafe text[7] == 0x2D,
            let day = unsafe Timestamp.digits(text, 8, 2), unsafe text[10] | 0x20 == 0x74,
            let hour = unsafe Timestamp.digits(text, 11, 2), unsafe text[13] == 0x3A,
            let minute = unsafe Timestamp.digits(text, 14, 2), unsafe text[16] == 0x3A,
            let second = unsafe Timestamp.digits(text, 17, 2),
            month >= 1, month <= 12, day >= 1, day <= Timestamp.days(inMonth: month, of: year),
            hour <= 23, minute <= 59, second <= 60
        else { return nil }
        var index = 19
        var fraction: Int64 = 0
        if unsafe text[index] == 0x2E {
            index += 1
            let first = index
            while index < text.count, case let digit = unsafe text[index] &- 0x30, digit < 10 {
                if index - first < 9 { fraction = fraction * 10 + Int64(digit) }
                index += 1
            }
            if index == first { return nil }
            var places = index - first
            while places < 9 {
                fraction *= 10
                places += 1
            }
        }
        guard let offset = unsafe Timestamp.offset(in: text, from: index) else { return nil }
        let days = Timestamp.daysSince1970(year: year, month: month, day: day)
        var seconds = Int64(days) * 86_400 + Int64(hour * 3_600 + minute * 60 + min(second, 59)) - Int64(offset)
        if second == 60 {
            // RFC 3339, section 5.7: leap seconds come at the end of a UTC day.
            if (seconds % 86_400 + 86_400) % 86_400 != 86_399 { return nil }
            fraction = 999_999_999
        }
        // A moment before 1970 with a fraction: go down a second first, so that the product cannot overflow alone.
        if seconds < 0, fraction > 0 {
            seconds += 1
            fraction -= 1_000_000_000
        }
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carried) = product.addingReportingOverflow(fraction)
        if overflow || carried { return nil }
        self.init(nanoseconds: sum)
    }

    /// Reads an RFC 3339 date-time from a string; see ``init(rfc3339:)``.
    public init?(_ text: String) {
        var text = text
        guard let parsed = text.withUTF8({ unsafe Timestamp(rfc3339: $0) }) else { return nil }
        self = parsed
    }

    /// Days in a month of the Gregorian calendar, 28 to 31.
    @inlinable
    public static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }

    @usableFromInline
    static func digits(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> Int? {
        var value = 0
        for index in start..<start + count {
            let digit = unsafe text[index] &- 0x30
            if digit > 9 { return nil }
            value = value &* 10 &+ Int(digit)
        }
        return value
    }

    /// Seconds east of UTC, where `Z`, `+hh:mm` or `-hh:mm` stands from `index` to the end of the text.
    @usableFromInline
    static func offset(in text: UnsafeBufferPointer<UInt8>, from index: Int) -> Int? {
        guard index < text.count else { return nil }
        let sign = unsafe text[index]
        if sign | 0x20 == 0x7A { return index + 1 == text.count ? 0 : nil }
        guard sign == 0x2B || sign == 0x2D, text.count == index + 6, unsafe text[index + 3] == 0x3A,
            let hours = unsafe digits(text, index + 1, 2), hours <= 23,
            let minutes = unsafe digits(text, index + 4, 2), minutes <= 59
        else { return nil }
        let seconds = hours * 3_600 + minutes * 60
        return sign == 0x2D ? -seconds : seconds
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC, with as many digits of the fraction as are needed: `2026-11-01T00:00:00Z`.
    public var description: String {
        var seconds = nanoseconds / 1_000_000_000
        var fraction = nanoseconds % 1_000_000_000
        if fraction < 0 {
            fraction += 1_000_000_000
            seconds -= 1
        }
        var days = seconds / 86_400
        var rest = seconds % 86_400
        if rest < 0 {
            rest += 86_400
            days -= 1
        }
        let date = Timestamp.civil(daysSince1970: Int(days))
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        var text = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
        text += "T\(padded(Int(rest / 3_600), 2)):\(padded(Int(rest / 60 % 60), 2)):\(padded(Int(rest % 60), 2))"
        if fraction > 0 {
            var digits = padded(Int(fraction), 9)
            while digits.last == "0" { digits.removeLast() }
            text += ".\(digits)"
        }
        return text + "Z"
    }
}
