public import UsageModel

extension IdentityTable {
    /// All its events by hour and identity, but for those before an hour. 24 bytes of memory an event.
    public func sorted(from first: Int32 = .min) -> SortedIdentities {
        guard let range = shards.compactMap({ $0.hours(from: first) }).reduce(into: nil, IdentityTable.widen) else {
            return SortedIdentities(hours: [], words: [])
        }
        var counts = HourCounters(range)
        for shard in shards { shard.countHours(from: first, into: &counts) }
        let hours = counts.counted.map { SortedIdentities.Hour(hour: $0.hour, count: $0.count) }
        let words = SortedIdentities.wordsPerEvent
        // Where the next event of each hour goes, in words.
        var cursors = counts
        var end = 0
        for hour in hours {
            cursors[hour.hour] = end
            end += hour.count * words
        }
        var result = [UInt64](repeating: 0, count: end)
        var events: [EventIdentity] = []
        for shard in shards {
            events.removeAll(keepingCapacity: true)
            shard.appendSorted(from: first, to: &events)
            for event in events {
                let cursor = cursors[event.hour]
                result[cursor] = event.identity.high
                result[cursor + 1] = event.identity.low
                result[cursor + 2] = event.content
                cursors[event.hour] = cursor + words
            }
        }
        return SortedIdentities(hours: hours, words: result)
    }

    private static func widen(_ all: inout ClosedRange<Int32>?, _ other: ClosedRange<Int32>) {
        all = all.map { min($0.lowerBound, other.lowerBound)...max($0.upperBound, other.upperBound) } ?? other
    }
}
