import Foundation
import GRDB
import Glibc
import UsageModel

/// The SQLite database over the segments: what commands read. It holds nothing that the segments do not, and is made
/// again from them when it is missing, broken, of another version, or does not match.
struct LedgerIndex: Sendable {
    /// Raised with each change of the tables: an index of another version is made again.
    static let version = 4

    let queue: DatabaseQueue
    private let usage = UsageCache()

    /// Opens the index for the one connection that writes. A file that is not a database is replaced.
    static func writing(_ directory: LedgerDirectory) throws(LedgerError) -> LedgerIndex {
        var configuration = Configuration()
        // GRDB has it synced at checkpoints of its log only (synchronous = NORMAL). A power failure may cost the index its
        // last transactions, but nothing in their midst, and the next opening gives it again what it lacks.
        configuration.journalMode = .wal
        configuration.label = "odometer.index"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA cache_size = -65536")
        }
        do {
            return LedgerIndex(queue: try DatabaseQueue(path: directory.index, configuration: configuration))
        } catch let error as DatabaseError where isUnusable(error) {
            try remove(directory)
        } catch {
            throw failure(error, at: directory.index)
        }
        do {
            return LedgerIndex(queue: try DatabaseQueue(path: directory.index, configuration: configuration))
        } catch {
            throw failure(error, at: directory.index)
        }
    }

    /// Opens the index to read; `nil` when there is none, or what is there is not a database.
    static func reading(_ directory: LedgerDirectory) throws(LedgerError) -> LedgerIndex? {
        guard FileManager.default.fileExists(atPath: directory.index) else { return nil }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "odometer.reader"
        configuration.busyMode = .timeout(5)
        do {
            let queue = try DatabaseQueue(path: directory.index, configuration: configuration)
            _ = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") }
            return LedgerIndex(queue: queue)
        } catch let error as DatabaseError where isUnusable(error) || isHalfMade(error, at: directory.index) {
            return nil
        } catch {
            throw failure(error, at: directory.index)
        }
    }

    /// An index that lies in a temporary file and goes with its connection, to compare another with.
    static func temporary() throws(LedgerError) -> LedgerIndex {
        do {
            return LedgerIndex(queue: try DatabaseQueue(path: ""))
        } catch {
            throw .index("\(error)")
        }
    }

    /// How far it has come; `nil` when it was never made, or is of another version.
    func state() throws(LedgerError) -> IndexState? {
        try read { try IndexState($0) }
    }

    /// Applies entries in one transaction: all of them or, when it throws, none.
    func apply(
        to ledger: LedgerID, startingOver: Bool = false,
        _ entries: (_ apply: (LedgerEntry) throws -> Void) throws -> Void
    ) throws(LedgerError) {
        try transact(to: ledger, startingOver: startingOver, isTrial: false, entries)
    }

    /// Finds out whether a commit can be applied next, and leaves all as it is.
    /// - Throws: what applying it would.
    func check(_ commit: Commit, of ledger: LedgerID) throws(LedgerError) {
        let entry = LedgerEntry(
            seq: (try state()?.seq ?? 0) + 1, epoch: 0, time: Timestamp(nanoseconds: 0), hash: .none, segment: "",
            offset: 0, size: 0, content: .commit(commit))
        try transact(to: ledger, startingOver: false, isTrial: true) { apply in try apply(entry) }
    }

    /// - Parameter isTrial: whether all of it is rolled back at the end.
    private func transact(
        to ledger: LedgerID, startingOver: Bool, isTrial: Bool,
        _ entries: (_ apply: (LedgerEntry) throws -> Void) throws -> Void
    ) throws(LedgerError) {
        let known = try rethrowing {
            try queue.writeWithoutTransaction { db in
                var result = UsageMerge()
                try db.inTransaction(.immediate) {
                    var known = usage.take()
                    if startingOver {
                        try IndexSchema.create(in: db, ledger: ledger)
                        known = UsageMerge()
                    }
                    var transaction = try IndexTransaction(db, usage: consume known)
                    try entries { try transaction.apply($0) }
                    result = try transaction.finish()
                    return isTrial ? .rollback : .commit
                }
                return result
            }
        }
        // What a trial knows was never written.
        if !isTrial { usage.put(known) }
    }

    func read<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
        try rethrowing { try queue.read(body) }
    }

    func close() throws(LedgerError) {
        try rethrowing { try queue.close() }
    }

    private func rethrowing<Value>(_ body: () throws -> Value) throws(LedgerError) -> Value {
        do {
            return try body()
        } catch let error as LedgerError {
            throw error
        } catch {
            throw LedgerIndex.failure(error, at: queue.path)
        }
    }

    /// What failed, where, and what to do: to delete the index only where that can help.
    private static func failure(_ error: any Error, at path: String) -> LedgerError {
        let code = (error as? DatabaseError)?.resultCode
        if code == .SQLITE_FULL { return .system(call: "write", path: path, code: ENOSPC) }
        let advice =
            switch code {
            // SQLite hides which error of the system it was.
            case ResultCode.SQLITE_CANTOPEN:
                "see whether its disk is full or failing, and whether more files may be open (ulimit -n), and run it again; "
                    + "nothing that was committed is lost"
            case ResultCode.SQLITE_IOERR:
                "see whether its disk is full or failing, and run it again; nothing that was committed is lost"
            // Even to read it: files that all users of a database share lie beside it.
            case ResultCode.SQLITE_READONLY, ResultCode.SQLITE_PERM:
                "this user must be allowed to write to the ledger's directory"
            default:
                "where it is broken, delete it, and it is made again"
            }
        return .index("\(path): \(error); \(advice)")
    }

    private static func isUnusable(_ error: DatabaseError) -> Bool {
        [.SQLITE_NOTADB, .SQLITE_CORRUPT].contains(error.resultCode)
    }

    /// Whether a crash fell into the first moments of the file, before it has a write-ahead log and any table. A connection
    /// that may not write cannot roll that back; the one that writes does so by itself.
    private static func isHalfMade(_ error: DatabaseError, at path: String) -> Bool {
        error.resultCode == .SQLITE_READONLY && FileManager.default.fileExists(atPath: path + "-journal")
    }

    private static func remove(_ directory: LedgerDirectory) throws(LedgerError) {
        for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: directory.index + suffix) {
            do {
                try FileManager.default.removeItem(atPath: directory.index + suffix)
            } catch {
                throw .index("\(error)")
            }
        }
    }
}

extension Row {
    /// A column's value. In a broken file a column may hold anything, for which the subscript would trap.
    func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(_ column: String) throws -> Value {
        try decode(forColumn: column)
    }

    /// A number that is stored as the signed one of the same bits.
    func unsigned(_ column: String) throws -> UInt64 {
        UInt64(bitPattern: try value(column))
    }

    func time(_ column: String) throws -> Timestamp {
        Timestamp(nanoseconds: try value(column))
    }

    /// A time, or `nil` where the column is NULL.
    func timeIfPresent(_ column: String) throws -> Timestamp? {
        try present(column)
        return try decode(Int64?.self, forColumn: column).map { Timestamp(nanoseconds: $0) }
    }

    /// A BLOB column; empty where it is NULL.
    func bytes(_ column: String) throws -> [UInt8] {
        try present(column)
        return try decode(Data?.self, forColumn: column).map { [UInt8]($0) } ?? []
    }

    /// A column that the table does not have, its name being broken, would pass for NULL.
    private func present(_ column: String) throws {
        if !hasColumn(column) { throw LedgerError.index("there is no column \(column)") }
    }

    func digest(_ column: String) throws -> Digest256 {
        let bytes = try bytes(column)
        guard bytes.count == 32 else { throw LedgerError.index("\(column) has \(bytes.count) bytes, not 32") }
        return Digest256(bytes: bytes)
    }
}
