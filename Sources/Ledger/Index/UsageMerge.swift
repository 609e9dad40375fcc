import Foundation
import GRDB
import UsageModel

/// Gathers usage and merges it into the table `usage`, each row once a transaction.
///
/// It remembers the series and rows that it met, so that those it meets again, in this transaction or a later one, are not
/// looked up. What it remembers holds as long as no other connection changes the file.
struct UsageMerge {
    /// A window of a meter.
    private struct Place: Hashable {
        var meter: Int64
        var window: Window
    }

    private struct Stretch {
        let place: Place
        let number: Int
        /// Whether the table has no row of it that is not held.
        let isWhole: Bool
    }

    private struct Row {
        /// All that there is of its key, in the table and not yet in it.
        var record: UsageRecord
        /// Whether the table lacks something of it.
        var isDirty: Bool
    }

    /// Rows that are held at most before they are written and forgotten, and series too: as many as 2¹⁸ places have room
    /// for. That is some 20 MB, and as much of series.
    private static let maximumCount = 180_000

    private var rows: [Row] = []
    /// The numbers of rows, by those of their windows and series.
    private var numbers = ByteTable()
    private var stretches: [Place: Stretch] = [:]
    /// The numbers of the rows of which the table lacks something.
    private var dirty: [Int] = []
    private var series = SeriesTable()
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
        let entries = delta.entries.span
        let meters = delta.meters.span
        for (id, meter) in zip(ids, delta.meters) { names[id] = meter.name }
        if !commit.recounted.isEmpty { try forget(commit.recounted.map { ids[Int($0)] }, in: db) }
        var corrections = CorrectionTable(db, seq: frame.seq)
        let states = StateTable(db)
        var last: Stretch?
        for number in UsageMerge.order(of: delta.entries) {
            let meter = Int(entries[number].meter)
            let correction = entries[number].correction
            let seriesNumber = try series.number(of: entries[number], ids[meter], in: db)
            var key = UsageTable.Key(
                meter: ids[meter], window: entries[number].window, series: series.ids[seriesNumber])
            var isTold = false
            do {
                if correction == .debit {
                    try takeAway(entries[number].aggregate, key, of: frame, in: db)
                } else if meters[meter].isSession {
                    let join = SessionJoin(db, meter: meters[meter], closed: commit.closed)
                    (key, isTold) = try join.add(entries[number], key, &corrections)
                } else {
                    // Entries are in the order of windows.
                    let place = Place(meter: key.meter, window: key.window)
                    let stretch =
                        if let last, last.place == place { last } else { try self.stretch(of: place, in: db) }
                    last = stretch
                    try add(entries[number].aggregate.stored, key, at: stretch, seriesNumber, in: db)
                }
                if correction != .debit, meters[meter].aggregation.stored != meters[meter].aggregation {
                    try states.insert(entries[number].aggregate, key.series, key.window, seq: frame.seq, number: number)
                }
                if let correction, !isTold {
                    try corrections.insert(
                        key, meters[meter], correction, entries[number].aggregate, isDebit: correction == .debit)
                }
            } catch is AggregateError {
                throw try overflow(key, in: db)
            }
            if rows.count >= UsageMerge.maximumCount || series.ids.count >= UsageMerge.maximumCount {
                try forgetRows(in: db)
                if series.ids.count >= UsageMerge.maximumCount { series = SeriesTable() }
                last = nil
            }
        }
    }

    private mutating func stretch(of place: Place, in db: Database) throws -> Stretch {
        if let known = stretches[place] { return known }
        let stretch = Stretch(
            place: place, number: stretches.count,
            isWhole: try !UsageTable(db).hasRows(of: place.meter, in: place.window))
        stretches[place] = stretch
        return stretch
    }

    private mutating func add(
        _ value: Aggregate, _ key: UsageTable.Key, at stretch: Stretch, _ series: Int, in db: Database
    ) throws {
        let place: InlineArray<2, UInt32> = [UInt32(stretch.number), UInt32(series)]
        let number = Int(unsafe numbers.value(of: place.span.bytes, orAdd: UInt32(rows.count)))
        if number < rows.count {
            try rows[number].record.add(value)
            if rows[number].isDirty { return }
            rows[number].isDirty = true
        } else {
            var whole = value
            if !stretch.isWhole, let stored = try UsageTable(db).value(of: key, value.aggregation) {
                whole = try stored.merged(with: value)
            }
            rows.append(Row(record: try UsageRecord(key, whole), isDirty: true))
        }
        dirty.append(number)
    }

    /// The debits first: what comes in the place of a session may overlap another that goes.
    private static func order(of entries: [UsageDelta.Entry]) -> [Int] {
        guard entries.contains(where: { $0.correction == .debit }) else { return Array(entries.indices) }
        return entries.indices.filter { entries[$0].correction == .debit }
            + entries.indices.filter { entries[$0].correction != .debit }
    }

    /// Removes all usage of some meters, which is counted anew.
    private mutating func forget(_ meters: [Int64], in db: Database) throws {
        try forgetRows(in: db)
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
        try forgetRows(in: db)
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
        var records = dirty.map { rows[$0].record }
        records.sort { $0.key < $1.key }
        try UsageTable(db).replace(records)
        for number in dirty { rows[number].isDirty = false }
        dirty.removeAll(keepingCapacity: true)
    }

    private mutating func forgetRows(in db: Database) throws {
        try flush(to: db)
        if rows.isEmpty { return }
        rows.removeAll(keepingCapacity: true)
        numbers.removeAll()
        stretches.removeAll(keepingCapacity: true)
    }

    private func overflow(_ key: UsageTable.Key, in db: Database) throws -> LedgerError {
        let tenant = try Data.fetchOne(db, sql: "SELECT tenant FROM series WHERE id = ?", arguments: [key.series])
        return .overflow(
            meter: names[key.meter] ?? "", tenant: ByteString([UInt8](tenant ?? Data())), window: key.window)
    }
}
