import GRDB
import GRDBSQLite
import UsageModel

/// The table `usage`, row by row.
///
/// Of an aggregate that is no number a row tells the events; the rest lies in ``StateTable``.
struct UsageTable {
    /// What a row is found by; rows are written in its order, which is that of the table.
    struct Key: Hashable, Comparable {
        var meter: Int64
        var window: Window
        var series: Int64

        static func < (left: Key, right: Key) -> Bool {
            if left.meter != right.meter { return left.meter < right.meter }
            return left.window != right.window ? left.window < right.window : left.series < right.series
        }
    }

    private let db: Database
    private let select: Statement
    private let upsert: Statement
    private let delete: Statement
    private let selectSessions: Statement

    init(_ db: Database) throws {
        self.db = db
        select = try db.cachedStatement(
            sql: """
                SELECT high, low, events FROM usage
                WHERE meter = ? AND window_start = ? AND window_end = ? AND series = ?
                """)
        // Where a row is there, only columns that are not indexed change.
        upsert = try db.cachedStatement(
            sql: """
                INSERT INTO usage (meter, window_start, window_end, series, high, low, events) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (meter, window_start, window_end, series)
                DO UPDATE SET high = excluded.high, low = excluded.low, events = excluded.events
                """)
        delete = try db.cachedStatement(
            sql: "DELETE FROM usage WHERE meter = ? AND window_start = ? AND window_end = ? AND series = ?")
        selectSessions = try db.cachedStatement(
            sql: """
                SELECT window_start, window_end FROM usage WHERE series = ? AND window_start < ?
                ORDER BY window_start DESC
                """)
    }

    /// Puts rows in the place of those of their keys, where there are such.
    ///
    /// A row at a time: a statement that writes several has the pages that it changes copied, to undo it, and that costs more
    /// than the statements.
    func replace(_ rows: [UsageRecord]) throws {
        for row in rows {
            bind(row.key, to: upsert)
            upsert.bind(Int64(truncatingIfNeeded: row.units >> 64), at: 5)
            upsert.bind(Int64(truncatingIfNeeded: row.units), at: 6)
            upsert.bind(row.events, at: 7)
            defer { upsert.reset() }
            _ = try upsert.step(in: db)
        }
    }

    /// Takes the row of a key out, if there is one.
    func remove(_ key: Key) throws {
        bind(key, to: delete)
        defer { delete.reset() }
        _ = try delete.step(in: db)
    }

    /// Whether a meter has a row of a window.
    func hasRows(of meter: Int64, in window: Window) throws -> Bool {
        let select = try db.cachedStatement(
            sql: "SELECT 1 FROM usage WHERE meter = ? AND window_start = ? AND window_end = ? LIMIT 1")
        select.bind(meter, at: 1)
        select.bind(window.start.nanoseconds, at: 2)
        select.bind(window.end.nanoseconds, at: 3)
        defer { select.reset() }
        return try select.step(in: db)
    }

    /// The windows of a series that overlap another, the latest first; its windows are apart, as sessions are.
    func sessions(of series: Int64, overlapping window: Window) throws -> [Window] {
        selectSessions.bind(series, at: 1)
        selectSessions.bind(window.end.nanoseconds, at: 2)
        defer { selectSessions.reset() }
        var windows: [Window] = []
        while try selectSessions.step(in: db) {
            let row = unsafe selectSessions.sqliteStatement
            let found = unsafe Window(
                start: Timestamp(nanoseconds: sqlite3_column_int64(row, 0)),
                end: Timestamp(nanoseconds: sqlite3_column_int64(row, 1)))
            if found.end <= window.start { break }
            windows.append(found)
        }
        return windows
    }

    /// The row of a key; `nil` when there is none.
    func value(of key: Key, _ aggregation: Meter.Aggregation) throws -> Aggregate? {
        bind(key, to: select)
        defer { select.reset() }
        guard try select.step(in: db) else { return nil }
        let row = unsafe select.sqliteStatement
        // In a broken file a column may hold anything, which SQLite would make a number of.
        guard (0..<3).allSatisfy({ unsafe sqlite3_column_type(row, $0) == SQLITE_INTEGER }) else {
            throw LedgerError.index("a row of usage holds something else than numbers")
        }
        return try unsafe Aggregate(
            aggregation, high: sqlite3_column_int64(row, 0), low: sqlite3_column_int64(row, 1),
            events: sqlite3_column_int64(row, 2))
    }

    private func bind(_ key: Key, to statement: Statement) {
        statement.bind(key.meter, at: 1)
        statement.bind(key.window.start.nanoseconds, at: 2)
        statement.bind(key.window.end.nanoseconds, at: 3)
        statement.bind(key.series, at: 4)
    }
}

extension Meter.Aggregation {
    /// What the table `usage` holds of it: of what is no number the count of its events.
    var stored: Meter.Aggregation {
        switch self {
        case .unique, .latest, .increase, .timeWeighted: .count
        case .count, .sum, .min, .max, .avg: self
        }
    }
}

extension Aggregate {
    /// What the table `usage` holds of it.
    var stored: Aggregate { aggregation.stored == aggregation ? self : .count(events: events) }

    /// Reads one of the table, from the columns `high`, `low` and `events`.
    init(_ aggregation: Meter.Aggregation, high: Int64, low: Int64, events: Int64) throws {
        guard let events = UInt64(exactly: events) else {
            throw LedgerError.index("a row has fewer than no events")
        }
        self.init(aggregation, units: Int128(high) << 64 | Int128(UInt64(bitPattern: low)), events: events)
    }

    /// One whose stored form is of this aggregation.
    init(_ aggregation: Meter.Aggregation, units: Int128, events: UInt64) {
        let quantity = Quantity(units: units)
        switch aggregation {
        case .sum: self = .sum(quantity, events: events)
        case .min: self = .min(quantity, events: events)
        case .max: self = .max(quantity, events: events)
        case .avg: self = .avg(quantity, events: events)
        default: self = .count(events: events)
        }
    }
}
