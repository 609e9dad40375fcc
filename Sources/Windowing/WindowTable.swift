import UsageModel

/// Gives each window of a series a number, from 0 on; a window that is corrected has another than one that is open.
struct WindowTable: Sendable {
    struct Entry: Sendable, Hashable {
        var series: Int
        var window: Window
        /// Why what comes for it is a correction; `nil` while it is open.
        var correction: Correction?
    }

    /// Numbers that were asked for lately, by some bits of what is asked for.
    private static let recentBits: UInt64 = 8

    private(set) var entries: [Entry] = []
    private var numbers: [Entry: UInt32] = [:]
    /// By series, the number that was given last.
    private var last: [UInt32] = []
    private var recent = [UInt32](repeating: .max, count: 1 << Int(recentBits))

    /// The number of the window of a series that was asked for last, if it holds the moment.
    @inline(__always)
    func last(ofSeries series: Int, at time: Timestamp) -> UInt32? {
        guard series < last.count, case let number = last[series], number < entries.count,
            entries[Int(number)].window.contains(time)
        else { return nil }
        return number
    }

    /// The number of an entry, a new one when it was not there.
    mutating func number(of entry: Entry) -> UInt32 {
        let number = recentNumber(of: entry)
        while last.count <= entry.series { last.append(.max) }
        last[entry.series] = number
        return number
    }

    private mutating func recentNumber(of entry: Entry) -> UInt32 {
        let mixed =
            (UInt64(bitPattern: entry.window.start.nanoseconds) ^ UInt64(truncatingIfNeeded: entry.series))
            &* 0x9E37_79B9_7F4A_7C15
        let place = Int(truncatingIfNeeded: mixed &>> (64 &- WindowTable.recentBits))
        let number = recent[place]
        if number < entries.count, entries[Int(number)] == entry { return number }
        return find(entry, place)
    }

    private mutating func find(_ entry: Entry, _ place: Int) -> UInt32 {
        let number = numbers[entry] ?? UInt32(entries.count)
        if number == entries.count {
            entries.append(entry)
            numbers[entry] = number
        }
        recent[place] = number
        return number
    }

    /// Forgets all windows and keeps the memory.
    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        numbers.removeAll(keepingCapacity: true)
        last.removeAll(keepingCapacity: true)
        for index in recent.indices { recent[index] = .max }
    }
}
