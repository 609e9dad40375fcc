import Foundation
import GRDB
import UsageModel

extension LedgerIndex {
    /// How far each partition is committed, ordered by source and id, as bytes.
    /// - Parameter source: those of one source only.
    func partitions(of source: String? = nil) throws(LedgerError) -> [PartitionState] {
        try read { db in
            let rows =
                if let source {
                    try Row.fetchAll(
                        db, sql: "SELECT * FROM partitions WHERE source = ? ORDER BY id", arguments: [source])
                } else {
                    try Row.fetchAll(db, sql: "SELECT * FROM partitions ORDER BY source, id")
                }
            return try rows.map { try PartitionState($0) }
        }
    }

    /// The same of one source's partitions whose ids begin with one of some bytes, a list for each. O(log partitions) each.
    func partitions(
        of source: String, startingWith prefixes: [ByteString]
    ) throws(LedgerError) -> [[PartitionState]] {
        try read { db in
            // No id reaches the end of the range: bytes of 255 are not UTF-8, and no path or key is longer.
            let sql = "SELECT * FROM partitions WHERE source = ? AND id >= ? AND id < ? ORDER BY id"
            let statement = try db.cachedStatement(sql: sql)
            return try prefixes.map { prefix in
                let end = Data(prefix.bytes + [UInt8](repeating: 0xFF, count: 8))
                return try Row.fetchAll(statement, arguments: [source, Data(prefix.bytes), end])
                    .map { try PartitionState($0) }
            }
        }
    }

    func status() throws(LedgerError) -> LedgerStatus {
        try read { db in
            var status = LedgerStatus()
            guard let row = try Row.fetchOne(db, sql: "SELECT * FROM meta") else { return status }
            status.counts = try RecordCounts(row)
            status.commits = try row.unsigned("commits")
            status.watermark = try row.timeIfPresent("watermark")
            status.latest = try row.timeIfPresent("latest")
            status.sealedBefore = try row.timeIfPresent("sealed_before")
            status.appliedSeq = try row.unsigned("applied_seq")
            for row in try Row.fetchAll(db, sql: "SELECT * FROM rejections ORDER BY count DESC, reason") {
                guard let reason = RejectReason(rawValue: try row.value("reason")) else { continue }
                status.rejectedByReason.append(
                    LedgerStatus.Rejected(reason: reason, count: try row.unsigned("count")))
            }
            status.lastCommit = try Row.fetchOne(db, sql: "SELECT * FROM commits ORDER BY seq DESC LIMIT 1")
                .map { try CommitSummary($0) }
            return status
        }
    }

    func documents() throws(LedgerError) -> Set<Digest256> {
        try read { db in
            Set(try Row.fetchAll(db, sql: "SELECT digest FROM documents").map { try $0.digest("digest") })
        }
    }

    /// The segment and offset of a document's frame.
    func place(of document: Digest256) throws(LedgerError) -> (segment: String, offset: UInt64)? {
        try read { db in
            let sql = "SELECT segment, offset FROM documents WHERE digest = ?"
            return try Row.fetchOne(db, sql: sql, arguments: [Data(document.bytes)])
                .map { (try $0.value("segment"), try $0.unsigned("offset")) }
        }
    }

    /// The versions of a meter, or of all by their names, in the order in which they came up.
    func meterVersions(of name: String? = nil) throws(LedgerError) -> [MeterVersion] {
        try read { db in try LedgerIndex.meterVersions(of: name, in: db) }
    }

    static func meterVersions(of name: String?, in db: Database) throws -> [MeterVersion] {
        let rows = try Row.fetchAll(
            db, sql: "SELECT * FROM meters WHERE ? IS NULL OR name = ? ORDER BY name, id", arguments: [name, name])
        var versions: [MeterVersion] = []
        for row in rows {
            let header = try UsageDelta.MeterHeader(stored: try row.bytes("header"))
            let last = versions.last.flatMap { $0.header.name == header.name ? $0.number : nil } ?? 0
            versions.append(
                MeterVersion(
                    header: header, number: last + 1, firstSeq: try row.unsigned("first_seq"),
                    recountedSeq: try row.decode(Int64?.self, forColumn: "recounted").map { UInt64(bitPattern: $0) },
                    id: try row.value("id")))
        }
        return versions
    }

    /// The first commit that took something in.
    func firstSeq() throws(LedgerError) -> UInt64? {
        try read { try Int64.fetchOne($0, sql: "SELECT min(seq) FROM commits WHERE ranges > 0") }
            .map { UInt64(bitPattern: $0) }
    }

    /// See ``UsageScan/run(tag:_:)``.
    func scan(
        _ selection: UsageSelection, tag: (MeterVersion, ByteString, [ByteString?]) throws -> Int?,
        _ body: (UsagePiece) throws -> Void
    ) throws(LedgerError) {
        try read { db in try UsageScan(db, selection).run(tag: tag, body) }
    }

    /// The series that windows have that end after a moment: of fixed windows, for each its meter.
    func forEachOpenSeries(
        after closed: Timestamp, _ body: (OpenSeries) throws -> Void
    ) throws(LedgerError) {
        try read { db in
            for version in try LedgerIndex.meterVersions(of: nil, in: db) where !version.header.isSession {
                let rows = try Row.fetchCursor(
                    db,
                    sql: """
                        SELECT window_start, window_end, tenant, dimensions FROM usage u JOIN series s ON s.id = u.series
                        WHERE u.meter = ? AND window_end > ? AND window_start >= ?
                        """,
                    // No window is longer than two days.
                    arguments: [
                        version.id, closed.nanoseconds, closed.adding(.seconds(-2 * 86_400)).nanoseconds,
                    ])
                while let row = try rows.next() {
                    guard let dimensions = SeriesKey.decode(try row.bytes("dimensions")) else {
                        throw LedgerError.index("a series' dimensions are broken")
                    }
                    let window = Window(start: try row.time("window_start"), end: try row.time("window_end"))
                    try body(
                        OpenSeries(
                            meter: version.header.name, tenant: ByteString(try row.bytes("tenant")),
                            dimensions: dimensions, window: window))
                }
            }
        }
    }

    /// Calls `body` with each correction, the oldest first.
    func forEachCorrection(_ body: (CorrectionRow) throws -> Void) throws(LedgerError) {
        try read { db in
            var versions: [Int64: MeterVersion] = [:]
            for version in try LedgerIndex.meterVersions(of: nil, in: db) { versions[version.id] = version }
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT seq, c.meter, window_start, window_end, cause, is_debit, events, value, tenant, dimensions
                    FROM corrections c JOIN series s ON s.id = c.series ORDER BY seq, number
                    """)
            while let row = try rows.next() { try body(try CorrectionRow(row, versions)) }
        }
    }

    /// Calls `body` with each quarantined record in the order of the ledger.
    func forEachQuarantined(_ body: (QuarantineRow) throws -> Void) throws(LedgerError) {
        try read { db in
            let rows = try Row.fetchCursor(db, sql: "SELECT * FROM quarantine ORDER BY seq, number")
            while let row = try rows.next() { try body(try QuarantineRow(row)) }
        }
    }

    /// Where the commits are that have usage in windows which have a moment in a period, or all; the oldest first.
    func commits(overlapping window: Window?) throws(LedgerError) -> [CommitCursor.Place] {
        try read { db in
            let isSome = window == nil ? "TRUE" : "window_end > ? AND window_start < ?"
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT *, (SELECT s.sealed_before FROM commits s WHERE s.seq < c.seq AND s.sealed_before IS NOT NULL
                      ORDER BY s.seq DESC LIMIT 1) AS sealed_then
                    FROM commits c WHERE sealed_before IS NULL AND \(isSome) ORDER BY seq
                    """,
                arguments: window.map { [$0.start.nanoseconds, $0.end.nanoseconds] } ?? [])
            var places: [CommitCursor.Place] = []
            while let row = try rows.next() {
                places.append(
                    CommitCursor.Place(
                        summary: try CommitSummary(row), sealedBefore: try row.timeIfPresent("sealed_then")))
            }
            return places
        }
    }

    /// Calls `body` with each commit, the oldest first.
    func forEachCommit(_ body: (CommitSummary) throws -> Void) throws(LedgerError) {
        try read { db in
            let rows = try Row.fetchCursor(db, sql: "SELECT * FROM commits ORDER BY seq")
            while let row = try rows.next() { try body(try CommitSummary(row)) }
        }
    }
}

extension PartitionState {
    fileprivate init(_ row: Row) throws {
        let partition = Partition(
            source: try row.value("source"), id: ByteString(try row.bytes("id")),
            descriptor: try row.bytes("descriptor"))
        self.init(partition: partition, position: try Position(stored: row.bytes("position")))
    }
}

extension Position {
    /// Reads one of the index.
    init(stored bytes: [UInt8]) throws(LedgerError) {
        var reader = ByteReader(bytes)
        do {
            self = try Position.decode(from: &reader)
        } catch {
            throw .index("a position: \(error)")
        }
    }
}

extension UsageDelta.MeterHeader {
    /// Reads one of the index.
    init(stored bytes: [UInt8]) throws(LedgerError) {
        var reader = ByteReader(bytes)
        do throws(CodecError) {
            self = try CommitCodec.meter(from: &reader)
        } catch {
            throw .index("a meter: \(error)")
        }
    }
}

extension CorrectionRow {
    fileprivate init(_ row: Row, _ versions: [Int64: MeterVersion]) throws {
        guard let meter = versions[try row.value("meter")], let cause = Correction(rawValue: try row.value("cause")),
            let dimensions = SeriesKey.decode(try row.bytes("dimensions"))
        else { throw LedgerError.index("a correction is broken") }
        self.init(
            seq: try row.unsigned("seq"), meter: meter, tenant: ByteString(try row.bytes("tenant")),
            dimensions: dimensions,
            window: Window(start: try row.time("window_start"), end: try row.time("window_end")), cause: cause,
            isDebit: try row.value("is_debit"), events: try row.unsigned("events"),
            value: try row.decode(String?.self, forColumn: "value"))
    }
}

extension QuarantineRow {
    fileprivate init(_ row: Row) throws {
        guard let reason = RejectReason(rawValue: try row.value("reason")) else {
            throw LedgerError.index("a reason is not known here")
        }
        self.init(
            seq: try row.unsigned("seq"), source: try row.value("source"),
            partition: ByteString(try row.bytes("partition")), position: try Position(stored: row.bytes("position")),
            length: try row.unsigned("length"), reason: reason, detail: try row.value("detail"),
            bytes: try row.bytes("bytes"))
    }
}

extension CommitSummary {
    fileprivate init(_ row: Row) throws {
        let counts = RecordCounts(
            accepted: try row.unsigned("accepted"), duplicates: try row.unsigned("duplicates"),
            conflicts: try row.unsigned("conflicts"), rejected: try row.unsigned("rejected"),
            unmapped: try row.unsigned("unmapped"))
        self.init(
            seq: try row.unsigned("seq"), time: try row.time("time"), epoch: try row.unsigned("epoch"),
            hash: try row.digest("hash"), segment: try row.value("segment"), offset: try row.unsigned("offset"),
            bytes: try row.unsigned("bytes"), counts: counts, ranges: try row.value("ranges"),
            entries: try row.value("entries"), watermark: try row.timeIfPresent("watermark"),
            sealedBefore: try row.timeIfPresent("sealed_before"))
    }
}
