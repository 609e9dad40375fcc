import Foundation
import GRDB
import UsageModel

/// Gathers usage and merges it into the table `usage`, each row once.
struct UsageMerge {
    private struct Row: Hashable {
        var meter: Int64
        var window: Window
        var series: Int64
    }

    private struct Value {
        var aggregate: Aggregate
        var isCorrected: Bool
    }

    /// Rows that are held at most before they are written.
    private static let maximumRows = 1 << 18

    private var rows: [Row: Value] = [:]
    private(set) var series: [SeriesCache.Key: Int64]
    private var names: [Int64: String] = [:]

    /// - Parameter series: ids of series that are known from before.
    init(series: [SeriesCache.Key: Int64]) {
        self.series = series
    }

    /// Makes room for that many rows more.
    mutating func reserve(_ count: Int) {
        rows.reserveCapacity(min(rows.count + count, UsageMerge.maximumRows))
    }

    /// Adds one entry of a commit.
    mutating func add(_ entry: UsageDelta.Entry, meter: Int64, name: String, in db: Database) throws {
        names[meter] = name
        let key = SeriesCache.Key(meter: meter, tenant: entry.tenant, dimensions: entry.dimensions)
        let id: Int64
        if let known = series[key] {
            id = known
        } else {
            id = try find(key, in: db)
            series[key] = id
        }
        let row = Row(meter: meter, window: entry.window, series: id)
        let value = Value(aggregate: entry.aggregate, isCorrected: entry.isCorrection)
        if let held = rows[row] {
            rows[row] = try merge(held, value, row, in: db)
        } else {
            rows[row] = value
        }
        if rows.count >= UsageMerge.maximumRows {
            try flush(to: db)
            series.removeAll(keepingCapacity: true)
        }
    }

    /// Merges what is held into the table.
    mutating func flush(to db: Database) throws {
        let place = "meter = ? AND window_start = ? AND window_end = ? AND series = ?"
        let select = try db.cachedStatement(sql: "SELECT high, low, events, corrected FROM usage WHERE \(place)")
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO usage (high, low, events, corrected, meter, window_start, window_end, series)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        let update = try db.cachedStatement(
            sql: "UPDATE usage SET high = ?, low = ?, events = ?, corrected = ? WHERE \(place)")
        let order = rows.sorted {
            ($0.key.meter, $0.key.window, $0.key.series) < ($1.key.meter, $1.key.window, $1.key.series)
        }
        for (row, added) in order {
            let (start, end) = (row.window.start.nanoseconds, row.window.end.nanoseconds)
            select.setUncheckedArguments([row.meter, start, end, row.series])
            let found = try GRDB.Row.fetchCursor(select)
            var value = added
            var write = insert
            if let stored = try found.next() {
                let aggregate = try Aggregate(added.aggregate.aggregation, stored)
                let held = Value(aggregate: aggregate, isCorrected: try stored.value("corrected"))
                value = try merge(held, added, row, in: db)
                write = update
            }
            guard let events = Int64(exactly: value.aggregate.events) else { throw try overflow(row, in: db) }
            let units = value.aggregate.storedUnits
            write.setUncheckedArguments([
                Int64(truncatingIfNeeded: units >> 64), Int64(truncatingIfNeeded: units), events, value.isCorrected,
                row.meter, start, end, row.series,
            ])
            try write.execute()
        }
        rows.removeAll(keepingCapacity: true)
    }

    private func merge(_ left: Value, _ right: Value, _ row: Row, in db: Database) throws -> Value {
        do {
            return Value(
                aggregate: try left.aggregate.merged(with: right.aggregate),
                isCorrected: left.isCorrected || right.isCorrected)
        } catch {
            throw try overflow(row, in: db)
        }
    }

    private func overflow(_ row: Row, in db: Database) throws -> LedgerError {
        let tenant = try Data.fetchOne(db, sql: "SELECT tenant FROM series WHERE id = ?", arguments: [row.series])
        return .overflow(
            meter: names[row.meter] ?? "", tenant: ByteString([UInt8](tenant ?? Data())), window: row.window)
    }

    private func find(_ key: SeriesCache.Key, in db: Database) throws -> Int64 {
        let (tenant, dimensions) = (Data(key.tenant.bytes), Data(SeriesKey.encode(key.dimensions)))
        let arguments: StatementArguments = [key.meter, tenant, dimensions]
        let select = try db.cachedStatement(
            sql: "SELECT id FROM series WHERE meter = ? AND tenant = ? AND dimensions = ?")
        select.setUncheckedArguments(arguments)
        if let found = try Int64.fetchCursor(select).next() { return found }
        let insert = try db.cachedStatement(sql: "INSERT INTO series (meter, tenant, dimensions) VALUES (?, ?, ?)")
        insert.setUncheckedArguments(arguments)
        try insert.execute()
        return db.lastInsertedRowID
    }
}

extension Aggregate {
    /// What the table holds of it besides its events, in two integers: a quantity's units; 0 for a count.
    var storedUnits: Int128 {
        switch self {
        case .count: 0
        case .sum(let value, _), .min(let value, _), .max(let value, _): value.units
        }
    }

    /// Reads one of the table, from the columns `high`, `low` and `events`.
    init(_ aggregation: Meter.Aggregation, _ row: Row) throws {
        guard let events = UInt64(exactly: try row.value("events") as Int64) else {
            throw LedgerError.index("a row has fewer than no events")
        }
        let high: Int64 = try row.value("high")
        let quantity = Quantity(units: Int128(high) << 64 | Int128(try row.unsigned("low")))
        switch aggregation {
        case .count: self = .count(events: events)
        case .sum: self = .sum(quantity, events: events)
        case .min: self = .min(quantity, events: events)
        case .max: self = .max(quantity, events: events)
        }
    }
}
