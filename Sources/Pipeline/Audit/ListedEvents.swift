import UsageModel

/// The events that a commit says count, each to be found once: where it comes first.
///
/// Those of an hour are listed as they came, so that the next one is nearly always the one behind that which was found last.
/// For others there is an open-addressing table of places in the list, at most half full, which begins at bits of the
/// identity: that is a keyed hash already.
struct ListedEvents: Sendable {
    private static let empty = UInt32.max

    private let events: [EventIdentity]
    private var slots: [UInt32]
    private var isFound: [Bool]
    private let mask: Int
    /// The hour of the event that was found last, and the place behind it.
    private var next: (hour: Int32, place: Int) = (0, 0)
    /// The same of other hours.
    private var nexts: [Int32: Int] = [:]

    /// O(events).
    init(_ events: [EventIdentity]) {
        self.events = events
        var size = 16
        while size < events.count * 2 { size *= 2 }
        mask = size - 1
        slots = [UInt32](repeating: Self.empty, count: size)
        isFound = [Bool](repeating: false, count: events.count)
        for (place, event) in events.enumerated() {
            var slot = Int(truncatingIfNeeded: event.identity.low) & mask
            while slots[slot] != Self.empty { slot = (slot + 1) & mask }
            slots[slot] = UInt32(place)
        }
    }

    /// Whether an event is one of them that was not found before. O(1).
    /// - Parameter isNamed: whether it is one by its identity and hour, whatever it says.
    mutating func find(_ event: EventIdentity, isNamed: Bool) -> Bool {
        if event.hour != next.hour { turn(to: event.hour) }
        if next.place < events.count, events[next.place] == event, !isFound[next.place] {
            isFound[next.place] = true
            next.place += 1
            return true
        }
        guard let place = search(event, isNamed: isNamed) else { return false }
        isFound[place] = true
        next.place = place + 1
        return true
    }

    private mutating func turn(to hour: Int32) {
        nexts[next.hour] = next.place
        next = (hour, nexts[hour] ?? events.count)
    }

    /// The first place of an event that was not found before.
    private func search(_ event: EventIdentity, isNamed: Bool) -> Int? {
        var slot = Int(truncatingIfNeeded: event.identity.low) & mask
        while slots[slot] != Self.empty {
            let place = Int(slots[slot])
            let listed = events[place]
            if listed.identity == event.identity, listed.hour == event.hour, isNamed || listed.content == event.content,
                !isFound[place]
            {
                return place
            }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// How many of them were not found. O(events).
    var missing: Int { isFound.count { !$0 } }

    /// The rows of a batch that are among them and were not found before. O(rows).
    mutating func rows(of batch: EventBatch, isNamed: Bool) -> [Int] {
        let (identity, content, time) = (batch.identity.span, batch.content.span, batch.time.span)
        var rows: [Int] = []
        rows.reserveCapacity(identity.count)
        for row in identity.indices {
            let event = EventIdentity(identity: identity[row], content: content[row], hour: time[row].hour)
            if find(event, isNamed: isNamed) { rows.append(row) }
        }
        return rows
    }
}
