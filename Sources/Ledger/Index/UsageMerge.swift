import Foundation
import GRDB
import UsageModel

/// Gathers usage and merges it into the table `usage`, each row once a transaction.
///
/// It remembers the series and rows that it met, so that those it meets again, in this transaction or a later one, are not
/// looked up. What it remembers holds as long as no other connection changes the file.
struct UsageMerge {
    private struct Series: Hashable {
        var meter: Int64
        var tenant: ByteString
        var dimensions: [ByteString?]
    }

    private struct Held {
        var value: UsageTable.Value
        /// Whether the value has in it what the table holds.
        var isWhole = false
        /// Whether the table lacks something of it.
        var isDirty = true
    }

    /// Rows that are held at most before they are written and forgotten, and series too: as many as 2¹⁸ places have room
    /// for. That is 17 MB, and some 30 MB of series.
    private static let maximumCount = 3 << 16

    private var rows: [UsageTable.Key: Held] = [:]
    private var dirty: [UsageTable.Key] = []
    private var series: [Series: Int64] = [:]
    private var names: [Int64: String] = [:]
    /// SQLite's number for the file's contents, which changes when another connection commits.
    private var version: Int64?

    /// Forgets what it remembers if another connection has changed the file since. It is called within a transaction, so that
    /// none can from now on.
    mutating func begin(in db: Database) throws {
        let version = try Int64.fetchOne(db.cachedStatement(sql: "PRAGMA data_version"))
        if version != self.version { self = UsageMerge() }
        self.version = version
    }

    /// Adds the usage of a commit.
    /// - Parameter ids: those of the delta's meters.
    mutating func add(_ delta: UsageDelta, meters ids: [Int64], in db: Database) throws {
        for (id, meter) in zip(ids, delta.meters) { names[id] = meter.name }
        for entry in delta.entries {
            let meter = ids[Int(entry.meter)]
            let key = UsageTable.Key(meter: meter, window: entry.window, series: try id(of: entry, meter, in: db))
            do {
                let value = UsageTable.Value(aggregate: entry.aggregate, isCorrected: entry.isCorrection)
                if try UsageMerge.merge(value, into: &rows[key]) { dirty.append(key) }
            } catch {
                throw try overflow(key, in: db)
            }
            if rows.count >= UsageMerge.maximumCount {
                try flush(to: db)
                rows.removeAll(keepingCapacity: true)
            }
        }
    }

    /// Brings the table up to date.
    mutating func flush(to db: Database) throws {
        if dirty.isEmpty { return }
        let table = try UsageTable(db)
        dirty.sort()
        for key in dirty {
            do {
                try write(key, to: table)
            } catch is AggregateError {
                throw try overflow(key, in: db)
            }
        }
        dirty.removeAll(keepingCapacity: true)
    }

    private mutating func write(_ key: UsageTable.Key, to table: UsageTable) throws {
        guard var held = rows[key] else { return }
        if try held.isWhole || !table.insert(key, held.value) {
            if !held.isWhole, let stored = try table.value(of: key, held.value.aggregate.aggregation) {
                held.value = try stored.merged(with: held.value)
            }
            try table.replace(key, held.value)
        }
        held.isWhole = true
        held.isDirty = false
        rows[key] = held
    }

    /// - Returns: whether the row was not dirty before.
    private static func merge(_ added: UsageTable.Value, into held: inout Held?) throws(AggregateError) -> Bool {
        guard let before = held else {
            held = Held(value: added)
            return true
        }
        held = Held(value: try before.value.merged(with: added), isWhole: before.isWhole)
        return !before.isDirty
    }

    private func overflow(_ key: UsageTable.Key, in db: Database) throws -> LedgerError {
        let tenant = try Data.fetchOne(db, sql: "SELECT tenant FROM series WHERE id = ?", arguments: [key.series])
        return .overflow(
            meter: names[key.meter] ?? "", tenant: ByteString([UInt8](tenant ?? Data())), window: key.window)
    }

    private mutating func id(of entry: UsageDelta.Entry, _ meter: Int64, in db: Database) throws -> Int64 {
        let key = Series(meter: meter, tenant: entry.tenant, dimensions: entry.dimensions)
        if let known = series[key] { return known }
        if series.count >= UsageMerge.maximumCount { series.removeAll(keepingCapacity: true) }
        let id = try UsageMerge.find(key, in: db)
        series[key] = id
        return id
    }

    private static func find(_ key: Series, in db: Database) throws -> Int64 {
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
