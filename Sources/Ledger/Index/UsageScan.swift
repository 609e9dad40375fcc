import Foundation
import GRDB
import GRDBSQLite
import UsageModel

/// Goes through the usage of a selection.
struct UsageScan {
    private let db: Database
    private let selection: UsageSelection

    /// A series that is wanted.
    private struct Series {
        var id: Int64
        var tag: Int
    }

    init(_ db: Database, _ selection: UsageSelection) {
        self.db = db
        self.selection = selection
    }

    /// - Parameters:
    ///   - tag: what the caller knows a series by; `nil` leaves it out.
    ///   - body: called with each piece. A window of a series comes in several where it is no number, one after the other;
    ///     readings come series by series and in the order of windows, with the last window before the selection first.
    func run(
        tag: (MeterVersion, ByteString, [ByteString?]) throws -> Int?, _ body: (UsagePiece) throws -> Void
    ) throws {
        for version in selection.versions {
            let aggregation = version.header.aggregation
            let (series, isAll) = try series(of: version, tag)
            if series.isEmpty { continue }
            if aggregation.stored != aggregation {
                for series in series { try scanStates(of: series, aggregation, body) }
            } else if isAll {
                try scanTable(of: version, series, body)
            } else {
                for series in series { try scanRows(of: series, aggregation, body) }
            }
        }
    }

    /// - Returns: also whether no tenant was named, so that most rows are wanted.
    private func series(
        of version: MeterVersion, _ tag: (MeterVersion, ByteString, [ByteString?]) throws -> Int?
    ) throws -> (series: [Series], isAll: Bool) {
        var series: [Series] = []
        func take(_ sql: String, _ arguments: StatementArguments) throws {
            let rows = try Row.fetchCursor(
                db, sql: "SELECT id, tenant, dimensions FROM series WHERE \(sql) ORDER BY id", arguments: arguments)
            while let row = try rows.next() {
                guard let dimensions = SeriesKey.decode(try row.bytes("dimensions")) else {
                    throw LedgerError.index("a series' dimensions are broken")
                }
                guard let tag = try tag(version, ByteString(try row.bytes("tenant")), dimensions) else { continue }
                series.append(Series(id: try row.value("id"), tag: tag))
            }
        }
        guard let tenants = selection.tenants else {
            try take("meter = ?", [version.id])
            return (series, true)
        }
        for tenant in Set(tenants) { try take("meter = ? AND tenant = ?", [version.id, Data(tenant.bytes)]) }
        return (series, false)
    }

    private var range: [Int64] { [selection.from?.nanoseconds ?? .min, selection.to?.nanoseconds ?? .max] }

    /// All rows of a meter in the order of the table, the wanted ones by their series.
    private func scanTable(
        of version: MeterVersion, _ series: [Series], _ body: (UsagePiece) throws -> Void
    ) throws {
        let first = series[0].id
        var tags = [Int](repeating: -1, count: Int((series.last?.id ?? first) - first) + 1)
        for series in series { tags[Int(series.id - first)] = series.tag }
        let statement = try db.cachedStatement(
            sql: """
                SELECT window_start, window_end, high, low, events, series FROM usage
                WHERE meter = ? AND window_start >= ? AND window_start < ?
                """)
        try unsafe step(statement, [version.id] + range) { row in
            let id = unsafe sqlite3_column_int64(row, 5)
            guard id >= first, id - first < Int64(tags.count), case let tag = tags[Int(id - first)], tag >= 0 else {
                return
            }
            try unsafe body(piece(row, Series(id: id, tag: tag), version.header.aggregation))
        }
    }

    private func scanRows(
        of series: Series, _ aggregation: Meter.Aggregation, _ body: (UsagePiece) throws -> Void
    ) throws {
        let statement = try db.cachedStatement(
            sql: """
                SELECT window_start, window_end, high, low, events FROM usage INDEXED BY usage_series
                WHERE series = ? AND window_start >= ? AND window_start < ?
                """)
        try unsafe step(statement, [series.id] + range) { row in try unsafe body(piece(row, series, aggregation)) }
    }

    private func scanStates(
        of series: Series, _ aggregation: Meter.Aggregation, _ body: (UsagePiece) throws -> Void
    ) throws {
        var range = range
        if aggregation.isOfSamples, selection.from != nil {
            let before = try db.cachedStatement(
                sql: "SELECT max(window_start) FROM states WHERE series = ? AND window_start < ?")
            range[0] = try Int64.fetchOne(before, arguments: [series.id, range[0]]) ?? range[0]
        }
        let statement = try db.cachedStatement(
            sql: """
                SELECT window_start, window_end, state FROM states
                WHERE series = ? AND window_start >= ? AND window_start < ? ORDER BY window_start, window_end
                """)
        try unsafe step(statement, [series.id] + range) { row in
            let window = unsafe UsageScan.window(row)
            let count = unsafe Int(sqlite3_column_bytes(row, 2))
            let bytes = unsafe [UInt8](UnsafeRawBufferPointer(start: sqlite3_column_blob(row, 2), count: count))
            try body(
                UsagePiece(
                    series: series.id, tag: series.tag, window: window,
                    aggregate: try StateTable.decode(bytes, aggregation),
                    isBefore: selection.from.map { window.start < $0 } ?? false))
        }
    }

    private func piece(
        _ row: OpaquePointer, _ series: Series, _ aggregation: Meter.Aggregation
    ) throws -> UsagePiece {
        let aggregate = try unsafe Aggregate(
            aggregation, high: sqlite3_column_int64(row, 2), low: sqlite3_column_int64(row, 3),
            events: sqlite3_column_int64(row, 4))
        return unsafe UsagePiece(
            series: series.id, tag: series.tag, window: UsageScan.window(row), aggregate: aggregate, isBefore: false)
    }

    private static func window(_ row: OpaquePointer) -> Window {
        unsafe Window(
            start: Timestamp(nanoseconds: sqlite3_column_int64(row, 0)),
            end: Timestamp(nanoseconds: sqlite3_column_int64(row, 1)))
    }

    /// Steps with SQLite's own functions, as ``UsageTable`` does.
    private func step(
        _ statement: Statement, _ arguments: [Int64], _ body: (OpaquePointer) throws -> Void
    ) throws {
        let pointer = unsafe statement.sqliteStatement
        for (index, argument) in arguments.enumerated() {
            let code = unsafe sqlite3_bind_int64(pointer, CInt(index + 1), argument)
            precondition(code == SQLITE_OK, "the statement is reset, and has that many places")
        }
        defer { _ = unsafe sqlite3_reset(pointer) }
        while true {
            let code = unsafe sqlite3_step(pointer)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else {
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage, sql: statement.sql)
            }
            try unsafe body(pointer)
        }
    }
}
