public import UsageModel

extension IdentityTable {
    /// All its events by hour and identity, but for those before an hour. 24 bytes of memory an event.
    public func sorted(from first: Int32 = .min) -> SortedIdentities {
        var counts: [Int32: Int] = [:]
        for shard in shards { shard.countHours(from: first, into: &counts) }
        let hours = counts.keys.sorted().map { SortedIdentities.Hour(hour: $0, count: counts[$0, default: 0]) }
        let words = SortedIdentities.wordsPerEvent
        // Where the next event of each hour goes, in words.
        var cursors: [Int32: Int] = [:]
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
            var hour: Int32?
            var cursor = 0
            for event in events {
                if event.hour != hour {
                    if let hour { cursors[hour] = cursor }
                    hour = event.hour
                    cursor = cursors[event.hour, default: 0]
                }
                result[cursor] = event.identity.high
                result[cursor + 1] = event.identity.low
                result[cursor + 2] = event.content
                cursor += words
            }
            if let hour { cursors[hour] = cursor }
        }
        return SortedIdentities(hours: hours, words: result)
    }
}
