import UsageModel

extension IdentityShard {
    /// The least and the greatest hour of its events, but for those before an hour; `nil` when there is none.
    func hours(from first: Int32) -> ClosedRange<Int32>? {
        var least = Int32.max
        var greatest = Int32.min
        forEachEntry(in: 0..<capacity) { event in
            if event.hour < first { return }
            least = min(least, event.hour)
            greatest = max(greatest, event.hour)
        }
        return least > greatest ? nil : least...greatest
    }

    /// Adds to the counts of events by hour.
    func countHours(from first: Int32, into counts: inout HourCounters) {
        forEachEntry(in: 0..<capacity) { event in
            if event.hour >= first { counts[event.hour] += 1 }
        }
    }

    /// Appends the events in the order of their identities.
    ///
    /// The table is in that order but for entries that were moved on by their neighbours, so each has to go back a few
    /// places only. Those that were moved on past the end stand at the beginning, and come last.
    func appendSorted(from first: Int32, to events: inout [EventIdentity]) {
        let start = events.count
        let free = firstFree
        func append(_ event: EventIdentity) {
            if event.hour < first { return }
            events.append(event)
            var index = events.count - 1
            while index > start, event.identity < events[index - 1].identity {
                events[index] = events[index - 1]
                index -= 1
            }
            events[index] = event
        }
        forEachEntry(in: 0..<free) { if !isDisplacedPastEnd($0) { append($0) } }
        forEachEntry(in: free..<capacity, append)
        forEachEntry(in: 0..<free) { if isDisplacedPastEnd($0) { append($0) } }
    }

    private func isDisplacedPastEnd(_ event: EventIdentity) -> Bool {
        home(of: event.identity.high << IdentityTable.shardBits) >= capacity / 2
    }
}
