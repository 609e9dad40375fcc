import UsageModel

/// The sessions that events of one delta fall into: for each series a list of them, apart by the gap or more.
struct SessionTable: Sendable {
    struct Session: Sendable {
        /// The times of its first and its last event, in nanoseconds.
        var first: Int64
        var last: Int64
        /// Where its aggregates begin.
        var state: Int
    }

    struct List: Sendable {
        /// The series, with the number that stands for its sessions in the place of a window's.
        var key: CellTable.Key
        var series: Int
        /// In ascending order.
        var sessions: [Session] = []
    }

    private(set) var lists: [List] = []
    /// States that were joined to another.
    private var joined: [UInt32: UInt32] = [:]

    mutating func addList(_ key: CellTable.Key, series: Int) {
        lists.append(List(key: key, series: series))
    }

    /// Puts an event into its session.
    /// - Parameter next: the state of a session that is begun.
    /// - Returns: the state of the event's session, and the state that has to be joined to it, or -1.
    mutating func take(_ time: Int64, in list: Int, gap: Int64, next: Int) -> (state: Int, other: Int) {
        var place = lists[list].sessions.count
        // Most events come in the order of time.
        while place > 0, lists[list].sessions[place - 1].first > time { place -= 1 }
        let joinsBefore = place > 0 && isNear(lists[list].sessions[place - 1].last, time, gap)
        let joinsAfter = place < lists[list].sessions.count && isNear(time, lists[list].sessions[place].first, gap)
        switch (joinsBefore, joinsAfter) {
        case (false, false):
            lists[list].sessions.insert(Session(first: time, last: time, state: next), at: place)
            return (next, -1)
        case (true, false):
            lists[list].sessions[place - 1].last = max(lists[list].sessions[place - 1].last, time)
            return (lists[list].sessions[place - 1].state, -1)
        case (false, true):
            lists[list].sessions[place].first = time
            return (lists[list].sessions[place].state, -1)
        case (true, true):
            let after = lists[list].sessions.remove(at: place)
            lists[list].sessions[place - 1].last = max(lists[list].sessions[place - 1].last, after.last)
            let state = lists[list].sessions[place - 1].state
            joined[UInt32(after.state)] = UInt32(state)
            return (state, after.state)
        }
    }

    /// The state that a state was joined to in the end; itself where it was not.
    func home(of state: UInt32) -> UInt32 {
        var state = state
        while let next = joined[state] { state = next }
        return state
    }

    /// Forgets all sessions.
    mutating func removeAll() {
        lists.removeAll(keepingCapacity: true)
        joined.removeAll(keepingCapacity: true)
    }

    private func isNear(_ earlier: Int64, _ later: Int64, _ gap: Int64) -> Bool {
        let (distance, overflow) = later.subtractingReportingOverflow(earlier)
        return !overflow && distance < gap
    }
}
