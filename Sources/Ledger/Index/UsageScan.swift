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
            let series = try wantedSeries(of: version, tag)
            if series.isEmpty { continue }
            if aggregation.stored != aggregation {
                for series in series { try scanStates(of: series, aggregation, body) }
            } else {
                try scanRows(of: version, series, body)
            }
        }
    }

    private func wantedSeries(
        of version: MeterVersion, _ tag: (MeterVersion, ByteString, [ByteString?]) throws -> Int?
    ) throws -> [Series] {
        var series: [Series] = []
        let select = try db.cachedStatement(
            sql: "SELECT id, tenant, dimensions FROM series WHERE meter = ? ORDER BY id")
        let selectOf = try db.cachedStatement(
            sql: "SELECT id, tenant, dimensions FROM series WHERE meter = ? AND tenant = ? ORDER BY id")
        for tenant in tenants {
            let statement = tenant == nil ? select : selectOf
            if let tenant {
                statement.setUncheckedArguments([version.id, Data(tenant.bytes)])
            } else {
                statement.setUncheckedArguments([version.id])
            }
            try unsafe step(statement) { row in
                guard let dimensions = SeriesKey.decode(unsafe UsageScan.bytes(row, 2)) else {
                    throw LedgerError.index("a series' dimensions are broken")
                }
                let tenant = ByteString(unsafe UsageScan.bytes(row, 1))
                guard let tag = try tag(version, tenant, dimensions) else { return }
                series.append(Series(id: unsafe sqlite3_column_int64(row, 0), tag: tag))
            }
        }
        return series.sorted { $0.id < $1.id }
    }

    /// The tenants, each once; `nil` stands for all.
    private var tenants: [ByteString?] {
        guard let tenants = selection.tenants else { return [nil] }
        return Set(tenants).sorted()
    }

    private var range: [Int64] { [selection.from?.nanoseconds ?? .min, selection.to?.nanoseconds ?? .max] }

    /// The rows of a meter: those of tenants by way of their series, of all in the order of the table.
    private func scanRows(
        of version: MeterVersion, _ series: [Series], _ body: (UsagePiece) throws -> Void
    ) throws {
        let first = series[0].id
        var tags = [Int](repeating: -1, count: Int((series.last?.id ?? first) - first) + 1)
        for series in series { tags[Int(series.id - first)] = series.tag }
        let columns = "SELECT window_start, window_end, high, low, events, series FROM"
        let ofAll = try db.cachedStatement(
            sql: "\(columns) usage WHERE meter = ? AND window_start >= ? AND window_start < ?")
        let ofTenant = try db.cachedStatement(
            sql: """
                \(columns) series s CROSS JOIN usage u INDEXED BY usage_series
                WHERE s.meter = ? AND u.series = s.id AND window_start >= ? AND window_start < ? AND s.tenant = ?
                """)
        for tenant in tenants {
            let statement = tenant == nil ? ofAll : ofTenant
            let arguments: StatementArguments = [version.id, range[0], range[1]]
            statement.setUncheckedArguments(tenant.map { arguments + [Data($0.bytes)] } ?? arguments)
            try unsafe step(statement) { row in
                let id = unsafe sqlite3_column_int64(row, 5)
                guard id >= first, id - first < Int64(tags.count), case let tag = tags[Int(id - first)], tag >= 0 else {
                    return
                }
                let aggregate = try unsafe Aggregate(
                    version.header.aggregation, high: sqlite3_column_int64(row, 2), low: sqlite3_column_int64(row, 3),
                    events: sqlite3_column_int64(row, 4))
                try body(
                    UsagePiece(
                        series: id, tag: tag, window: unsafe UsageScan.window(row), aggregate: aggregate,
                        isBefore: false))
            }
        }
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
        statement.setUncheckedArguments([series.id, range[0], range[1]])
        try unsafe step(statement) { row in
            let window = unsafe UsageScan.window(row)
            try body(
                UsagePiece(
                    series: series.id, tag: series.tag, window: window,
                    aggregate: try StateTable.decode(unsafe UsageScan.bytes(row, 2), aggregation),
                    isBefore: selection.from.map { window.start < $0 } ?? false))
        }
    }

    private static func window(_ row: OpaquePointer) -> Window {
        unsafe Window(
            start: Timestamp(nanoseconds: sqlite3_column_int64(row, 0)),
            end: Timestamp(nanoseconds: sqlite3_column_int64(row, 1)))
    }

    private static func bytes(_ row: OpaquePointer, _ column: CInt) -> [UInt8] {
        let count = unsafe Int(sqlite3_column_bytes(row, column))
        return unsafe [UInt8](UnsafeRawBufferPointer(start: sqlite3_column_blob(row, column), count: count))
    }

    /// Goes through the rows of a statement that has its arguments, with SQLite's own functions, as ``UsageTable`` does.
    private func step(_ statement: Statement, _ body: (OpaquePointer) throws -> Void) throws {
        let pointer = unsafe statement.sqliteStatement
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
