import GRDB
import UsageModel

/// Adds the index's rows up over the windows of a period: what a seal freezes.
enum SealedTotals {
    /// The total of each series over the windows that end after `after` and at or before `before`.
    ///
    /// Each is exact, and its window goes from the first of these windows to the last. O(rows of the period · log).
    static func totals(after: Timestamp?, upTo before: Timestamp, in db: Database) throws -> UsageDelta {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT m.name, m.aggregation, m.dimensions AS dimension_names, m.id AS meter, window_start, window_end, tenant,
                  s.dimensions, high, low, events
                FROM usage u JOIN series s ON s.id = u.series JOIN meters m ON m.id = u.meter
                WHERE window_end <= ? AND (? IS NULL OR window_end > ?)
                ORDER BY m.name, m.aggregation, m.dimensions, tenant, s.dimensions, window_start, window_end
                """,
            arguments: [before.nanoseconds, after?.nanoseconds, after?.nanoseconds])
        var totals = UsageDelta(meters: [], entries: [])
        var meter: Int64?
        var series: [UInt8]?
        while let row = try rows.next() {
            let number: Int64 = try row.value("meter")
            if number != meter {
                meter = number
                series = nil
                totals.meters.append(try UsageDelta.MeterHeader(row, dimensions: "dimension_names"))
            }
            let key = try row.bytes("tenant") + [0, 0] + row.bytes("dimensions")
            try add(row, to: &totals, isNew: key != series)
            series = key
        }
        return totals
    }

    private static func add(_ row: Row, to totals: inout UsageDelta, isNew: Bool) throws {
        let header = totals.meters[totals.meters.count - 1]
        let window = Window(start: try row.time("window_start"), end: try row.time("window_end"))
        let aggregate = try Aggregate(header.aggregation, row)
        let tenant = ByteString(try row.bytes("tenant"))
        guard !isNew, var entry = totals.entries.popLast() else {
            guard let dimensions = SeriesKey.decode(try row.bytes("dimensions")) else {
                throw LedgerError.index("a series' dimensions are broken")
            }
            totals.entries.append(
                UsageDelta.Entry(
                    meter: UInt32(totals.meters.count - 1), tenant: tenant, dimensions: dimensions, window: window,
                    aggregate: aggregate, isCorrection: false))
            return
        }
        do {
            entry.aggregate = try entry.aggregate.merged(with: aggregate)
        } catch {
            throw LedgerError.overflow(meter: header.name, tenant: tenant, window: window)
        }
        entry.window.end = max(entry.window.end, window.end)
        totals.entries.append(entry)
    }
}

extension LedgerIndex {
    /// A seal of the windows up to a moment, as of the last frame that the index holds.
    func seal(before: Timestamp) throws(LedgerError) -> Seal {
        try read { db in
            guard let row = try Row.fetchOne(db, sql: "SELECT applied_seq, sealed_before FROM meta") else {
                throw LedgerError.index("it is empty")
            }
            let after = try row.timeIfPresent("sealed_before")
            return Seal(
                before: before, after: after, asOf: try row.unsigned("applied_seq"),
                totals: try SealedTotals.totals(after: after, upTo: before, in: db))
        }
    }
}
