/// Identities of accepted events, ordered by hour and then by identity: what is written to disk at once.
public struct SortedIdentities: Sendable {
    /// One hour and how many events follow of it.
    @frozen
    public struct Hour: Sendable, Hashable {
        public var hour: Int32
        public var count: Int

        @inlinable
        public init(hour: Int32, count: Int) {
            self.hour = hour
            self.count = count
        }
    }

    /// How many words an event has.
    public static let wordsPerEvent = 3

    /// Ascending, none of them empty.
    public let hours: [Hour]
    /// For each event the high and the low word of its identity and its content, hour after hour.
    public let words: [UInt64]

    public init(hours: [Hour], words: [UInt64]) {
        precondition(
            words.count == hours.reduce(0) { $0 + $1.count } * SortedIdentities.wordsPerEvent, "all events have an hour"
        )
        self.hours = hours
        self.words = words
    }

    /// Sorts events in the order of the ledger; of those with the same hour and identity the first stays. O(n log n).
    public init(_ events: [EventIdentity]) {
        let sorted = events.sorted { left, right in
            left.hour != right.hour ? left.hour < right.hour : left.identity < right.identity
        }
        var hours: [Hour] = []
        var words: [UInt64] = []
        words.reserveCapacity(sorted.count * SortedIdentities.wordsPerEvent)
        var last: EventIdentity?
        for event in sorted {
            if let last, last.hour == event.hour, last.identity == event.identity { continue }
            if last?.hour != event.hour { hours.append(Hour(hour: event.hour, count: 0)) }
            hours[hours.count - 1].count += 1
            words.append(event.identity.high)
            words.append(event.identity.low)
            words.append(event.content)
            last = event
        }
        self.init(hours: hours, words: words)
    }

    /// How many events there are.
    public var count: Int { words.count / SortedIdentities.wordsPerEvent }
}
