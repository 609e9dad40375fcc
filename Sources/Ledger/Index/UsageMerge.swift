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
        var value: Aggregate
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
    mutating func add(_ commit: Commit, of frame: LedgerEntry, meters ids: [Int64], in db: Database) throws {
        let delta = commit.delta
        for (id, meter) in zip(ids, delta.meters) { names[id] = meter.name }
        if !commit.recounted.isEmpty { try forget(commit.recounted.map { ids[Int($0)] }, in: db) }
        var corrections = CorrectionTable(db, seq: frame.seq)
        let states = StateTable(db)
        for number in UsageMerge.order(of: delta.entries) {
            let entry = delta.entries[number]
            let meter = delta.meters[Int(entry.meter)]
            var key = UsageTable.Key(
                meter: ids[Int(entry.meter)], window: entry.window,
                series: try id(of: entry, ids[Int(entry.meter)], in: db))
            var isTold = false
            do {
                if entry.correction == .debit {
                    try takeAway(entry.aggregate, key, of: frame, in: db)
                } else if meter.isSession {
                    let join = SessionJoin(db, meter: meter, closed: commit.closed)
                    (key, isTold) = try join.add(entry, key, &corrections)
                } else {
                    if try UsageMerge.merge(entry.aggregate.stored, into: &rows[key]) { dirty.append(key) }
                }
                if entry.correction != .debit, meter.aggregation.stored != meter.aggregation {
                    try states.insert(entry.aggregate, key.series, key.window, seq: frame.seq, number: number)
                }
                if let cause = entry.correction, !isTold {
                    try corrections.insert(key, meter, cause, entry.aggregate, isDebit: cause == .debit)
                }
            } catch is AggregateError {
                throw try overflow(key, in: db)
            }
            if rows.count >= UsageMerge.maximumCount {
                try flush(to: db)
                rows.removeAll(keepingCapacity: true)
            }
        }
    }

    /// The debits first: what comes in the place of a session may overlap another that goes.
    private static func order(of entries: [UsageDelta.Entry]) -> [Int] {
        guard entries.contains(where: { $0.correction == .debit }) else { return Array(entries.indices) }
        return entries.indices.filter { entries[$0].correction == .debit }
            + entries.indices.filter { entries[$0].correction != .debit }
    }

    /// Removes all usage of some meters, which is counted anew.
    private mutating func forget(_ meters: [Int64], in db: Database) throws {
        try flush(to: db)
        rows.removeAll(keepingCapacity: true)
        for meter in meters {
            try db.execute(sql: "DELETE FROM usage WHERE meter = ?", arguments: [meter])
            try db.execute(
                sql: "DELETE FROM states WHERE series IN (SELECT id FROM series WHERE meter = ?)", arguments: [meter])
        }
    }

    /// Takes away all that a series has in a window; the frame is believed only if it says just that.
    private mutating func takeAway(
        _ aggregate: Aggregate, _ key: UsageTable.Key, of frame: LedgerEntry, in db: Database
    ) throws {
        try flush(to: db)
        rows[key] = nil
        let (table, states) = (try UsageTable(db), StateTable(db))
        let stored = try table.value(of: key, aggregate.stored.aggregation)
        let isSame =
            aggregate.stored == aggregate
            ? stored == aggregate
            : try states.state(of: key.series, in: key.window, aggregate.aggregation) == aggregate
        guard isSame else {
            throw LedgerError.damage(
                in: frame.segment, at: frame.offset, "frame \(frame.seq) takes away other usage than there is")
        }
        try table.remove(key)
        try states.remove(key.series, key.window)
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
            if !held.isWhole, let stored = try table.value(of: key, held.value.aggregation) {
                held.value = try stored.merged(with: held.value)
            }
            try table.replace(key, held.value)
        }
        held.isWhole = true
        held.isDirty = false
        rows[key] = held
    }

    /// - Returns: whether the row was not dirty before.
    private static func merge(_ added: Aggregate, into held: inout Held?) throws(AggregateError) -> Bool {
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
