import GRDB
import GRDBSQLite

/// Binding and stepping with SQLite's own functions: by way of values that may be of any type a row costs four times as much.
extension Statement {
    @inline(__always)
    func bind(_ value: Int64, at place: CInt) {
        let code = unsafe sqlite3_bind_int64(sqliteStatement, place, value)
        precondition(code == SQLITE_OK, "the statement is reset, and has that many places")
    }

    /// - Returns: whether there is a row.
    func step(in db: Database) throws -> Bool {
        let code = unsafe sqlite3_step(sqliteStatement)
        if code == SQLITE_ROW { return true }
        guard code == SQLITE_DONE else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage, sql: sql)
        }
        return false
    }

    func reset() {
        // It says again what the last step said.
        _ = unsafe sqlite3_reset(sqliteStatement)
    }
}
