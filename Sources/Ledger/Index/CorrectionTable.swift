import GRDB
import UsageModel

/// The table `corrections`: what frames changed in windows that had been closed.
struct CorrectionTable {
    private let db: Database
    private let seq: UInt64
    /// How many of this frame there are.
    private var count = 0

    init(_ db: Database, seq: UInt64) {
        self.db = db
        self.seq = seq
    }

    /// - Parameters:
    ///   - isDebit: whether the value was taken away.
    mutating func insert(
        _ key: UsageTable.Key, _ meter: UsageDelta.MeterHeader, _ cause: Correction, _ aggregate: Aggregate,
        isDebit: Bool
    ) throws {
        let value = aggregate.value(dividedBy: meter.divisor)?.description
        try db.cachedStatement(sql: "INSERT INTO corrections VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").execute(
            arguments: [
                Int64(seq), count, key.meter, key.series, key.window.start.nanoseconds, key.window.end.nanoseconds,
                Int64(cause.rawValue), isDebit, Int64(bitPattern: aggregate.events), value,
            ])
        count += 1
    }
}
