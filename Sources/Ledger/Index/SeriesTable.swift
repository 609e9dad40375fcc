import Foundation
import GRDB
import UsageModel

/// The series that were met, each with a number that begins at 0 and its id in the table `series`.
struct SeriesTable {
    private var numbers = ByteTable()
    private var key = ByteWriter()
    private(set) var ids: [Int64] = []

    /// The number of an entry's series; one that the table `series` lacks is put in there.
    mutating func number(of entry: UsageDelta.Entry, _ meter: Int64, in db: Database) throws -> Int {
        key.removeAll()
        key.integer(meter)
        key.counted(entry.tenant.bytes)
        CommitCodec.encode(entry.dimensions, to: &key)
        let bytes = key.bytes
        let number = Int(unsafe numbers.value(of: bytes.span.bytes, orAdd: UInt32(ids.count)))
        if number == ids.count { ids.append(try SeriesTable.find(entry, meter, in: db)) }
        return number
    }

    private static func find(_ entry: UsageDelta.Entry, _ meter: Int64, in db: Database) throws -> Int64 {
        let (tenant, dimensions) = (Data(entry.tenant.bytes), Data(SeriesKey.encode(entry.dimensions)))
        let arguments: StatementArguments = [meter, tenant, dimensions]
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
