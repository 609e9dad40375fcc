public import UsageModel

extension IdentityTable {
    /// All its events by hour and identity, but for those before an hour. O(events), 24 bytes of memory each, and as much
    /// for those of the hour that has most.
    public func sorted(from first: Int32 = .min) -> SortedIdentities {
        guard let range = hours(from: first) else { return SortedIdentities(hours: [], words: []) }
        var cursors = HourCounters(range)
        for event in events where event.hour >= first { cursors[event.hour] += 1 }
        let hours = cursors.counted.map { SortedIdentities.Hour(hour: $0.hour, count: $0.count) }
        // Where the next event of each hour goes, in words.
        let width = SortedIdentities.wordsPerEvent
        var end = 0
        for hour in hours {
            cursors[hour.hour] = end
            end += hour.count * width
        }
        // Events come nearly in the order of time, so that this writes one line of memory after the other.
        var words: [UInt64] = LargePages.zeros(end)
        for event in events where event.hour >= first {
            let place = cursors[event.hour]
            words[place] = event.identity.high
            words[place + 1] = event.identity.low
            words[place + 2] = event.content
            cursors[event.hour] = place + width
        }
        var order = IdentityOrder()
        var start = 0
        for hour in hours {
            order.sort(&words, from: start, count: hour.count)
            start += hour.count * width
        }
        return SortedIdentities(hours: hours, words: words)
    }

    /// The least and the greatest hour of its events, but for those before an hour; `nil` when there is none.
    private func hours(from first: Int32) -> ClosedRange<Int32>? {
        var least = Int32.max
        var greatest = Int32.min
        for event in events where event.hour >= first {
            least = min(least, event.hour)
            greatest = max(greatest, event.hour)
        }
        return least > greatest ? nil : least...greatest
    }
}
