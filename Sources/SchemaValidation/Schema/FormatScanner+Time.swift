import UsageModel

/// RFC 3339, section 5.6. Unlike `Timestamp` these take every year from 0000 to 9999.
extension FormatScanner {
    @inline(__always)
    private func pair(_ index: Int) -> Int {
        let tens = self[index] &- 0x30
        let ones = self[index &+ 1] &- 0x30
        return tens < 10 && ones < 10 ? Int(tens) * 10 + Int(ones) : 1_000
    }

    func isDate(at start: Int) -> Bool {
        let year = pair(start) * 100 + pair(start + 2)
        let month = pair(start + 5)
        let day = pair(start + 8)
        guard year <= 9_999, self[start + 4] == 0x2D, self[start + 7] == 0x2D, month >= 1, month <= 12 else {
            return false
        }
        return day >= 1 && day <= Timestamp.days(inMonth: month, of: year)
    }

    var isDateTime: Bool {
        isDate(at: 0) && self[10] | 0x20 == 0x74 && isTime(from: 11)
    }

    /// A full-time from `start` to the end. Second 60 may stand only where UTC has the last second of a day.
    func isTime(from start: Int) -> Bool {
        let hour = pair(start)
        let minute = pair(start + 3)
        let second = pair(start + 6)
        guard self[start + 2] == 0x3A, self[start + 5] == 0x3A, hour < 24, minute < 60, second <= 60 else {
            return false
        }
        var index = start + 8
        if self[index] == 0x2E {
            index += 1
            let first = index
            while FormatScanner.isDigit(self[index]) { index += 1 }
            if index == first { return false }
        }
        guard let offset = offset(at: index) else { return false }
        if second < 60 { return true }
        let utc = (hour * 60 + minute - offset + 2 * 1_440) % 1_440
        return utc == 1_439
    }

    /// Minutes east of UTC.
    private func offset(at index: Int) -> Int? {
        if self[index] | 0x20 == 0x7A { return index + 1 == count ? 0 : nil }
        let sign = self[index]
        let hours = pair(index + 1)
        let minutes = pair(index + 4)
        guard sign == 0x2B || sign == 0x2D, count == index + 6, self[index + 3] == 0x3A, hours < 24, minutes < 60 else {
            return nil
        }
        return (hours * 60 + minutes) * (sign == 0x2D ? -1 : 1)
    }
}
