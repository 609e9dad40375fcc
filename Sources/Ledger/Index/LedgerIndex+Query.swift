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
            var headers: [Int64: UsageDelta.MeterHeader] = [:]
            for row in found { headers[try row.value("id")] = try UsageDelta.MeterHeader(row) }
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
                guard let header = headers[try row.value("meter")] else { continue }
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
    init(_ row: Row, dimensions column: String = "dimensions") throws {
        guard let aggregation = Meter.Aggregation(tag: try row.value("aggregation")) else {
            throw LedgerError.index("a meter's aggregation is not known here")
        }
        var reader = ByteReader(try row.bytes(column))
        var dimensions: [String] = []
        while reader.remaining > 0 { dimensions.append(try reader.text()) }
        self.init(name: try row.value("name"), aggregation: aggregation, dimensions: dimensions)
    }
}

extension UsageRow {
    fileprivate init(_ row: Row, of meter: UsageDelta.MeterHeader) throws {
        guard let dimensions = SeriesKey.decode(try row.bytes("dimensions")) else {
            throw LedgerError.index("a series' dimensions are broken")
        }
        self.init(
            meter: meter,
            window: Window(start: try row.time("window_start"), end: try row.time("window_end")),
            tenant: ByteString(try row.bytes("tenant")), dimensions: dimensions,
            aggregate: try Aggregate(meter.aggregation, row), isCorrected: try row.value("corrected"))
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
