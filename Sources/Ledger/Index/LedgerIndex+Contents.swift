import Crypto
import Foundation
import GRDB
import UsageModel

extension LedgerIndex {
    /// What a table holds, however its rows came in.
    struct TableContents: Hashable {
        var name: String
        var digest: Digest256
    }

    /// A digest of each table's rows in an order and with keys that do not depend on how they came in.
    func contents() throws(LedgerError) -> (state: IndexState, tables: [TableContents]) {
        try read { db in
            guard let state = try IndexState(db) else { throw LedgerError.index("it is empty") }
            let tables = try LedgerIndex.contentQueries.map {
                TableContents(name: $0.name, digest: try LedgerIndex.digest(of: $0.sql, in: db))
            }
            return (state, tables)
        }
    }

    /// What SQLite finds to be wrong with the file, such as an index of a table that lacks its rows, which
    /// ``contents()`` does not read; `nil` when it is sound.
    func fault() throws(LedgerError) -> String? {
        let lines = try read { try String.fetchAll($0, sql: "PRAGMA integrity_check(1)") }
        return lines == ["ok"] ? nil : lines.joined(separator: "; ")
    }

    private static let contentQueries: [(name: String, sql: String)] = [
        ("sqlite_master", "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2"),
        ("meta", "SELECT * FROM meta"),
        ("meters", "SELECT name, header, first_seq, recounted FROM meters ORDER BY 1, 2, 3"),
        (
            "usage",
            """
            SELECT m.name, m.header, m.first_seq, window_start, window_end, tenant, s.dimensions, high, low, events
            FROM usage u JOIN series s ON s.id = u.series JOIN meters m ON m.id = u.meter ORDER BY 1, 2, 3, 4, 5, 6, 7
            """
        ),
        (
            "states",
            """
            SELECT m.name, m.header, m.first_seq, window_start, window_end, tenant, s.dimensions, level, seq, number, state
            FROM states u JOIN series s ON s.id = u.series JOIN meters m ON m.id = s.meter ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
            """
        ),
        (
            "corrections",
            """
            SELECT seq, number, m.name, m.header, window_start, window_end, tenant, s.dimensions, cause, is_debit, events, value
            FROM corrections c JOIN series s ON s.id = c.series JOIN meters m ON m.id = c.meter ORDER BY 1, 2
            """
        ),
        ("partitions", "SELECT * FROM partitions ORDER BY source, id"),
        ("quarantine", "SELECT * FROM quarantine ORDER BY seq, number"),
        ("rejections", "SELECT * FROM rejections ORDER BY reason"),
        ("commits", "SELECT * FROM commits ORDER BY seq"),
        ("documents", "SELECT * FROM documents ORDER BY digest"),
    ]

    private static func digest(of sql: String, in db: Database) throws -> Digest256 {
        var hash = SHA256()
        let rows = try Row.fetchCursor(db, sql: sql)
        while let row = try rows.next() {
            var writer = ByteWriter()
            for value in row.databaseValues {
                switch value.storage {
                case .null: writer.byte(0)
                case .int64(let number):
                    writer.byte(1)
                    writer.integer(number)
                case .double(let number):
                    writer.byte(2)
                    writer.integer(number.bitPattern)
                case .string(let text):
                    writer.byte(3)
                    writer.text(text)
                case .blob(let data):
                    writer.byte(4)
                    writer.counted([UInt8](data))
                }
            }
            hash.update(data: writer.bytes)
        }
        return Digest256(bytes: Array(hash.finalize()))
    }
}
