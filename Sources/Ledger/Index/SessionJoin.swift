import GRDB
import UsageModel

/// Joins a part of a session to the sessions of its series that it overlaps, so that the table holds each session once.
struct SessionJoin {
    private let db: Database
    private let meter: UsageDelta.MeterHeader
    /// Sessions that end at or before it were final when the part came.
    private let closed: Timestamp?

    init(_ db: Database, meter: UsageDelta.MeterHeader, closed: Timestamp?) {
        self.db = db
        self.meter = meter
        self.closed = closed
    }

    /// Adds the part, whose key names the window of its own.
    ///
    /// A session that was final and is another now is corrected: what it was is taken away, what it became is put in its
    /// place, both as `corrections`.
    /// - Returns: the key of the session that it belongs to, and whether corrections say all that there is to say: a part that
    ///   came late, but to a session that was open still, corrects nothing.
    func add(
        _ part: UsageDelta.Entry, _ key: UsageTable.Key, _ corrections: inout CorrectionTable
    ) throws -> (key: UsageTable.Key, isTold: Bool) {
        let (table, states) = (try UsageTable(db), StateTable(db))
        var (joined, hasCorrected) = (key, false)
        var value = part.aggregate.stored
        let found = try table.sessions(of: key.series, overlapping: part.window)
        for window in found {
            joined.window = Window(
                start: min(joined.window.start, window.start), end: max(joined.window.end, window.end))
        }
        for window in found {
            let old = UsageTable.Key(meter: key.meter, window: window, series: key.series)
            guard let stored = try table.value(of: old, meter.aggregation.stored) else { continue }
            if let closed, window.end <= closed {
                let whole = try states.state(of: key.series, in: window, meter.aggregation) ?? stored
                try corrections.insert(old, meter, part.correction ?? .late, whole, isDebit: true)
                hasCorrected = true
            }
            value = try stored.merged(with: value)
            try table.remove(old)
            try states.move(key.series, from: window, to: joined.window)
        }
        try table.replace([UsageRecord(joined, value)])
        if hasCorrected {
            let rest = try states.state(of: key.series, in: joined.window, meter.aggregation)
            let whole = try rest?.merged(with: part.aggregate) ?? value
            try corrections.insert(joined, meter, part.correction ?? .late, whole, isDebit: false)
        }
        return (joined, hasCorrected || !found.isEmpty && part.correction != .credit)
    }
}
