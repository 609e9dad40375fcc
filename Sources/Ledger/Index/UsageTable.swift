import GRDB
import GRDBSQLite
import UsageModel

/// The table `usage`, row by row. It binds and steps with SQLite's own functions: by way of values that may be of any type a
/// row costs four times as much.
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
    private let insert: Statement
    private let replace: Statement
    private let delete: Statement
    private let selectSessions: Statement

    init(_ db: Database) throws {
        self.db = db
        let row = "INTO usage (meter, window_start, window_end, series, high, low, events)"
        select = try db.cachedStatement(
            sql: """
                SELECT high, low, events FROM usage
                WHERE meter = ? AND window_start = ? AND window_end = ? AND series = ?
                """)
        insert = try db.cachedStatement(sql: "INSERT OR IGNORE \(row) VALUES (?, ?, ?, ?, ?, ?, ?)")
        replace = try db.cachedStatement(sql: "INSERT OR REPLACE \(row) VALUES (?, ?, ?, ?, ?, ?, ?)")
        delete = try db.cachedStatement(
            sql: "DELETE FROM usage WHERE meter = ? AND window_start = ? AND window_end = ? AND series = ?")
        selectSessions = try db.cachedStatement(
            sql: """
                SELECT window_start, window_end FROM usage WHERE series = ? AND window_start < ?
                ORDER BY window_start DESC
                """)
    }

    /// Puts a row in unless one of its key is there.
    /// - Returns: whether it was put in.
    /// - Throws: ``AggregateError/overflow`` when it has more events than the table can say.
    func insert(_ key: Key, _ value: Aggregate) throws -> Bool {
        try write(insert, key, value)
        return db.changesCount > 0
    }

    /// Puts a row in the place of the one of its key, if there is one.
    func replace(_ key: Key, _ value: Aggregate) throws {
        try write(replace, key, value)
    }

    /// Takes the row of a key out, if there is one.
    func remove(_ key: Key) throws {
        bind(key, to: delete)
        defer { reset(delete) }
        _ = try step(delete)
    }

    /// The windows of a series that overlap another, the latest first; its windows are apart, as sessions are.
    func sessions(of series: Int64, overlapping window: Window) throws -> [Window] {
        bind(series, to: selectSessions, at: 1)
        bind(window.end.nanoseconds, to: selectSessions, at: 2)
        defer { reset(selectSessions) }
        var windows: [Window] = []
        while try step(selectSessions) {
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
        defer { reset(select) }
        guard try step(select) else { return nil }
        let row = unsafe select.sqliteStatement
        // In a broken file a column may hold anything, which SQLite would make a number of.
        guard (0..<3).allSatisfy({ unsafe sqlite3_column_type(row, $0) == SQLITE_INTEGER }) else {
            throw LedgerError.index("a row of usage holds something else than numbers")
        }
        return try unsafe Aggregate(
            aggregation, high: sqlite3_column_int64(row, 0), low: sqlite3_column_int64(row, 1),
            events: sqlite3_column_int64(row, 2))
    }

    private func write(_ statement: Statement, _ key: Key, _ value: Aggregate) throws {
        guard let events = Int64(exactly: value.events) else { throw AggregateError.overflow }
        let units = value.storedUnits
        bind(key, to: statement)
        bind(Int64(truncatingIfNeeded: units >> 64), to: statement, at: 5)
        bind(Int64(truncatingIfNeeded: units), to: statement, at: 6)
        bind(events, to: statement, at: 7)
        defer { reset(statement) }
        _ = try step(statement)
    }

    private func bind(_ key: Key, to statement: Statement) {
        bind(key.meter, to: statement, at: 1)
        bind(key.window.start.nanoseconds, to: statement, at: 2)
        bind(key.window.end.nanoseconds, to: statement, at: 3)
        bind(key.series, to: statement, at: 4)
    }

    @inline(__always)
    private func bind(_ value: Int64, to statement: Statement, at place: CInt) {
        let code = unsafe sqlite3_bind_int64(statement.sqliteStatement, place, value)
        precondition(code == SQLITE_OK, "the statement is reset, and has that many places")
    }

    /// - Returns: whether there is a row.
    private func step(_ statement: Statement) throws -> Bool {
        let code = unsafe sqlite3_step(statement.sqliteStatement)
        if code == SQLITE_ROW { return true }
        guard code == SQLITE_DONE else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage, sql: statement.sql)
        }
        return false
    }

    private func reset(_ statement: Statement) {
        // It says again what the last step said.
        _ = unsafe sqlite3_reset(statement.sqliteStatement)
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

    /// What the table holds besides its events, in two integers: a quantity's units; 0 for a count.
    fileprivate var storedUnits: Int128 {
        switch self {
        case .sum(let value, _), .min(let value, _), .max(let value, _), .avg(let value, _): value.units
        default: 0
        }
    }

    /// Reads one of the table, from the columns `high`, `low` and `events`.
    init(_ aggregation: Meter.Aggregation, high: Int64, low: Int64, events: Int64) throws {
        guard let events = UInt64(exactly: events) else {
            throw LedgerError.index("a row has fewer than no events")
        }
        let quantity = Quantity(units: Int128(high) << 64 | Int128(UInt64(bitPattern: low)))
        switch aggregation {
        case .sum: self = .sum(quantity, events: events)
        case .min: self = .min(quantity, events: events)
        case .max: self = .max(quantity, events: events)
        case .avg: self = .avg(quantity, events: events)
        default: self = .count(events: events)
        }
    }
}
