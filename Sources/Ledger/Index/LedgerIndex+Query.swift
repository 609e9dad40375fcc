import Foundation
import GRDB
import UsageModel

extension LedgerIndex {
    /// How far each partition is committed, ordered by source and id, as bytes.
    func partitions() throws(LedgerError) -> [PartitionState] {
        try read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT * FROM partitions ORDER BY source, id")
            return try rows.map { row in
                let partition = Partition(
                    source: row["source"], id: ByteString(row.bytes("id")), descriptor: row.bytes("descriptor"))
                return PartitionState(partition: partition, position: try Position(stored: row.bytes("position")))
            }
        }
    }

    func status() throws(LedgerError) -> LedgerStatus {
        try read { db in
            var status = LedgerStatus()
            guard let row = try Row.fetchOne(db, sql: "SELECT * FROM meta") else { return status }
            status.counts = try RecordCounts(row)
            status.commits = UInt64(bitPattern: row["commits"])
            status.watermark = (row["watermark"] as Int64?).map { Timestamp(nanoseconds: $0) }
            status.sealedBefore = (row["sealed_before"] as Int64?).map { Timestamp(nanoseconds: $0) }
            status.appliedSeq = UInt64(bitPattern: row["applied_seq"])
            for row in try Row.fetchAll(db, sql: "SELECT * FROM rejections ORDER BY count DESC, reason") {
                guard let reason = RejectReason(rawValue: row["reason"]) else { continue }
                status.rejectedByReason.append(
                    LedgerStatus.Rejected(reason: reason, count: UInt64(bitPattern: row["count"])))
            }
            status.lastCommit = try Row.fetchOne(db, sql: "SELECT * FROM commits ORDER BY seq DESC LIMIT 1")
                .map { CommitSummary($0) }
            return status
        }
    }

    func documents() throws(LedgerError) -> Set<Digest256> {
        try read { db in
            Set(try Data.fetchAll(db, sql: "SELECT digest FROM documents").map { Digest256(bytes: [UInt8]($0)) })
        }
    }

    /// The segment and offset of a document's frame.
    func place(of document: Digest256) throws(LedgerError) -> (segment: String, offset: UInt64)? {
        try read { db in
            let sql = "SELECT segment, offset FROM documents WHERE digest = ?"
            return try Row.fetchOne(db, sql: sql, arguments: [Data(document.bytes)])
                .map { ($0["segment"], UInt64(bitPattern: $0["offset"])) }
        }
    }

    func meters() throws(LedgerError) -> [UsageDelta.MeterHeader] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM meters ORDER BY name, id").map { try UsageDelta.MeterHeader($0) }
        }
    }

    /// Calls `body` with each row of a meter in the order of window, tenant and dimensions.
    func forEachUsage(
        meter: String, tenant: ByteString?, from: Timestamp?, to: Timestamp?, _ body: (UsageRow) throws -> Void
    ) throws(LedgerError) {
        try read { db in
            let found = try Row.fetchAll(db, sql: "SELECT * FROM meters WHERE name = ? ORDER BY id", arguments: [meter])
            let headers = Dictionary(
                uniqueKeysWithValues: try found.map { ($0["id"] as Int64, try UsageDelta.MeterHeader($0)) })
            let ids = headers.keys.sorted().map(String.init).joined(separator: ",")
            let sql = """
                SELECT u.meter, window_start, window_end, high, low, events, corrected, tenant, dimensions
                FROM usage u JOIN series s ON s.id = u.series
                WHERE u.meter IN (\(ids)) AND window_start >= ? AND window_start < ? AND (? IS NULL OR tenant = ?)
                ORDER BY window_start, window_end, tenant, dimensions, u.meter
                """
            let tenant = tenant.map { Data($0.bytes) }
            let rows = try Row.fetchCursor(
                db, sql: sql,
                arguments: [from?.nanoseconds ?? .min, to?.nanoseconds ?? .max, tenant, tenant])
            while let row = try rows.next() {
                guard let header = headers[row["meter"]] else { continue }
                try body(try UsageRow(row, of: header))
            }
        }
    }

    /// Calls `body` with each quarantined record in the order of the ledger.
    func forEachQuarantined(_ body: (QuarantineRow) throws -> Void) throws(LedgerError) {
        try read { db in
            let rows = try Row.fetchCursor(db, sql: "SELECT * FROM quarantine ORDER BY seq, number")
            while let row = try rows.next() { try body(try QuarantineRow(row)) }
        }
    }

    /// Calls `body` with each commit, the oldest first.
    func forEachCommit(_ body: (CommitSummary) throws -> Void) throws(LedgerError) {
        try read { db in
            let rows = try Row.fetchCursor(db, sql: "SELECT * FROM commits ORDER BY seq")
            while let row = try rows.next() { try body(CommitSummary(row)) }
        }
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
    init(_ row: Row, dimensions column: String = "dimensions") throws {
        guard let aggregation = Meter.Aggregation(tag: row["aggregation"]) else {
            throw LedgerError.index("a meter's aggregation is not known here")
        }
        var reader = ByteReader(row.bytes(column))
        var dimensions: [String] = []
        while reader.remaining > 0 { dimensions.append(try reader.text()) }
        self.init(name: row["name"], aggregation: aggregation, dimensions: dimensions)
    }
}

extension UsageRow {
    fileprivate init(_ row: Row, of meter: UsageDelta.MeterHeader) throws {
        guard let dimensions = SeriesKey.decode(row.bytes("dimensions")) else {
            throw LedgerError.index("a series' dimensions are broken")
        }
        self.init(
            meter: meter,
            window: Window(
                start: Timestamp(nanoseconds: row["window_start"]), end: Timestamp(nanoseconds: row["window_end"])),
            tenant: ByteString(row.bytes("tenant")), dimensions: dimensions,
            aggregate: try Aggregate(meter.aggregation, row),
            isCorrected: row["corrected"])
    }
}

extension QuarantineRow {
    fileprivate init(_ row: Row) throws {
        guard let reason = RejectReason(rawValue: row["reason"]) else {
            throw LedgerError.index("a reason is not known here")
        }
        self.init(
            seq: UInt64(bitPattern: row["seq"]), source: row["source"], partition: ByteString(row.bytes("partition")),
            position: try Position(stored: row.bytes("position")), length: UInt64(bitPattern: row["length"]),
            reason: reason, detail: row["detail"], bytes: row.bytes("bytes"))
    }
}

extension CommitSummary {
    fileprivate init(_ row: Row) {
        func number(_ column: String) -> UInt64 { UInt64(bitPattern: row[column] as Int64) }
        self.init(
            seq: number("seq"), time: Timestamp(nanoseconds: row["time"]), epoch: number("epoch"),
            hash: Digest256(bytes: row.bytes("hash")), segment: row["segment"], offset: number("offset"),
            bytes: number("bytes"),
            counts: RecordCounts(
                accepted: number("accepted"), duplicates: number("duplicates"), conflicts: number("conflicts"),
                rejected: number("rejected"), unmapped: number("unmapped")),
            ranges: row["ranges"], entries: row["entries"],
            watermark: (row["watermark"] as Int64?).map { Timestamp(nanoseconds: $0) },
            sealedBefore: (row["sealed_before"] as Int64?).map { Timestamp(nanoseconds: $0) })
    }
}
