import GRDB

extension LedgerIndex {
    /// The segment and offset of a commit's frame; `nil` when there is no such commit.
    func place(ofCommit seq: UInt64) throws(LedgerError) -> (segment: String, offset: UInt64)? {
        try read { db in
            let sql = "SELECT segment, offset FROM commits WHERE seq = ?"
            return try Row.fetchOne(db, sql: sql, arguments: [Int64(bitPattern: seq)])
                .map { ($0["segment"], UInt64(bitPattern: $0["offset"])) }
        }
    }
}
