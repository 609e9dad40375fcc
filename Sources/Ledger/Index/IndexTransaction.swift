import Foundation
import GRDB
import UsageModel

/// Puts entries of the ledger into the index's tables, within one transaction of SQLite.
struct IndexTransaction {
    let db: Database
    private var applied: UInt64
    private var last: LedgerEntry?
    private var counts = RecordCounts()
    private var commits: Int64
    private var watermark: Timestamp?
    private var latest: Timestamp?
    private var sealedBefore: Timestamp?
    private var meters: [UsageDelta.MeterHeader: Int64] = [:]
    /// What waits to be merged into the table, so that several commits cost each row once.
    private var usage: UsageMerge

    /// - Parameter usage: what is known from before.
    init(_ db: Database, usage: consuming UsageMerge) throws {
        self.db = db
        try usage.begin(in: db)
        self.usage = usage
        let meta = try db.cachedStatement(sql: "SELECT * FROM meta")
        guard let row = try Row.fetchOne(meta) else { throw LedgerError.index("it is empty") }
        applied = try row.unsigned("applied_seq")
        commits = try row.value("commits")
        watermark = try row.timeIfPresent("watermark")
        latest = try row.timeIfPresent("latest")
        sealedBefore = try row.timeIfPresent("sealed_before")
        counts = try RecordCounts(row)
    }

    mutating func apply(_ entry: LedgerEntry) throws {
        guard entry.seq == applied &+ 1 else {
            throw LedgerError.index("frame \(entry.seq) cannot follow frame \(applied)")
        }
        switch entry.content {
        case .commit(let commit): try apply(commit, of: entry)
        case .seal(let seal): try apply(seal, of: entry)
        case .document(let document):
            try db.cachedStatement(sql: "INSERT OR IGNORE INTO documents VALUES (?, ?, ?, ?, ?)").execute(arguments: [
                Data(document.digest.bytes), Int64(document.kind.rawValue), Int64(entry.seq), entry.segment,
                Int64(entry.offset),
            ])
        }
        applied = entry.seq
        last = entry
    }

    /// Writes what was gathered, and how far the index has come.
    /// - Returns: what is known now, once the transaction has been committed.
    mutating func finish() throws -> UsageMerge {
        try usage.flush(to: db)
        guard let last else { return usage }
        let update = try db.cachedStatement(
            sql: """
                UPDATE meta SET applied_seq = ?, frame_hash = ?, segment = ?, offset = ?, watermark = ?,
                latest = ?, sealed_before = ?, commits = ?, accepted = ?, duplicates = ?, conflicts = ?, rejected = ?, unmapped = ?
                """)
        try update.execute(arguments: [
            Int64(last.seq), Data(last.hash.bytes), last.segment, Int64(last.offset), watermark?.nanoseconds,
            latest?.nanoseconds, sealedBefore?.nanoseconds, commits, "\(counts.accepted)", "\(counts.duplicates)",
            "\(counts.conflicts)",
            "\(counts.rejected)", "\(counts.unmapped)",
        ])
        return usage
    }

    private mutating func apply(_ commit: Commit, of entry: LedgerEntry) throws {
        // Whether a meter is a new version depends on what was counted anew before.
        if !commit.recounted.isEmpty { meters = [:] }
        defer { if !commit.recounted.isEmpty { meters = [:] } }
        let ids = try commit.delta.meters.map { try id(of: $0, since: entry.seq) }
        try usage.add(commit, of: entry, meters: ids, in: db)
        for meter in commit.recounted {
            try db.execute(
                sql: "UPDATE meters SET recounted = ? WHERE id = ?", arguments: [Int64(entry.seq), ids[Int(meter)]])
        }
        let upsert = try db.cachedStatement(sql: "INSERT OR REPLACE INTO partitions VALUES (?, ?, ?, ?)")
        for state in commit.partitions {
            try upsert.execute(arguments: [
                state.partition.source, Data(state.partition.id.bytes), Data(state.partition.descriptor),
                Data(state.position.encoded),
            ])
        }
        try insertQuarantine(of: commit, seq: entry.seq)
        try insert(
            entry, commit.counts, ranges: commit.ranges.count, entries: commit.delta.entries.count, commit.watermark,
            windows: commit.delta.windows)
        counts = try RecordCounts.sum(counts, commit.counts)
        commits &+= 1
        watermark = commit.watermark ?? watermark
        latest = commit.latest ?? latest
    }

    /// A seal says what the frames before it add up to, so it is believed only if they do.
    private mutating func apply(_ seal: Seal, of entry: LedgerEntry) throws {
        try usage.flush(to: db)
        guard seal.after == sealedBefore, seal.asOf == applied,
            try SealedTotals.totals(after: seal.after, upTo: seal.before, in: db).isSame(as: seal.totals)
        else {
            throw LedgerError.damage(
                in: entry.segment, at: entry.offset,
                "frame \(entry.seq) seals other totals than those of the frames before")
        }
        try insert(
            entry, RecordCounts(), entries: seal.totals.entries.count, watermark, sealedBefore: seal.before)
        commits += 1
        sealedBefore = seal.before
    }

    private func insertQuarantine(of commit: Commit, seq: UInt64) throws {
        let insert = try db.cachedStatement(sql: "INSERT INTO quarantine VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        let count = try db.cachedStatement(
            sql: "INSERT INTO rejections VALUES (?, 1) ON CONFLICT (reason) DO UPDATE SET count = count + 1")
        for (number, record) in commit.quarantine.enumerated() {
            let partition = commit.partitions[Int(record.partition)].partition
            try insert.execute(arguments: [
                Int64(seq), number, partition.source, Data(partition.id.bytes), Data(record.position.encoded),
                Int64(bitPattern: record.length), Int64(record.reason.rawValue), record.detail, Data(record.bytes),
            ])
            if record.reason != .conflict { try count.execute(arguments: [Int64(record.reason.rawValue)]) }
        }
    }

    private func insert(
        _ entry: LedgerEntry, _ counts: RecordCounts, ranges: Int = 0, entries: Int, _ watermark: Timestamp?,
        sealedBefore: Timestamp? = nil, windows: (start: Timestamp?, end: Timestamp?) = (nil, nil)
    ) throws {
        let values: [(any DatabaseValueConvertible)?] = [
            Int64(entry.seq), entry.time.nanoseconds, Int64(bitPattern: entry.epoch), Data(entry.hash.bytes),
            entry.segment, Int64(entry.offset), Int64(entry.size), Int64(bitPattern: counts.accepted),
            Int64(bitPattern: counts.duplicates), Int64(bitPattern: counts.conflicts),
            Int64(bitPattern: counts.rejected), Int64(bitPattern: counts.unmapped), ranges, entries,
            watermark?.nanoseconds, sealedBefore?.nanoseconds, windows.start?.nanoseconds, windows.end?.nanoseconds,
        ]
        try db.cachedStatement(
            sql: "INSERT INTO commits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        .execute(arguments: StatementArguments(values))
    }

    private mutating func id(of meter: UsageDelta.MeterHeader, since seq: UInt64) throws -> Int64 {
        if let known = meters[meter] { return known }
        let header = Data(meter.encoded)
        // One that comes up again after another was counted over the past is a version of its own: what it had before is in that.
        let select = try db.cachedStatement(
            sql: """
                SELECT id FROM meters m WHERE name = ? AND header = ? AND NOT EXISTS
                  (SELECT 1 FROM meters o WHERE o.name = m.name AND o.id <> m.id AND o.recounted > m.first_seq
                  AND o.recounted > coalesce(m.recounted, 0))
                ORDER BY id DESC LIMIT 1
                """)
        let id: Int64
        if let found = try Int64.fetchOne(select, arguments: [meter.name, header]) {
            id = found
        } else {
            try db.execute(
                sql: "INSERT INTO meters (name, header, first_seq) VALUES (?, ?, ?)",
                arguments: [meter.name, header, Int64(seq)])
            id = db.lastInsertedRowID
        }
        meters[meter] = id
        return id
    }
}

extension RecordCounts {
    /// Reads the counters of `meta`.
    init(_ row: Row) throws {
        func counter(_ column: String) throws -> UInt64 {
            guard let value = UInt64(try row.value(column) as String) else {
                throw LedgerError.index("counter \(column) is not a number")
            }
            return value
        }
        self.init(
            accepted: try counter("accepted"), duplicates: try counter("duplicates"),
            conflicts: try counter("conflicts"), rejected: try counter("rejected"), unmapped: try counter("unmapped"))
    }

    static func sum(_ left: RecordCounts, _ right: RecordCounts) throws(LedgerError) -> RecordCounts {
        func add(_ path: KeyPath<RecordCounts, UInt64>) throws(LedgerError) -> UInt64 {
            let (sum, overflow) = left[keyPath: path].addingReportingOverflow(right[keyPath: path])
            if overflow { throw .index("a counter of records passes 64 bits") }
            return sum
        }
        return RecordCounts(
            accepted: try add(\.accepted), duplicates: try add(\.duplicates), conflicts: try add(\.conflicts),
            rejected: try add(\.rejected), unmapped: try add(\.unmapped))
    }
}

extension UsageDelta {
    /// From when to when its windows are.
    fileprivate var windows: (start: Timestamp?, end: Timestamp?) {
        var (start, end): (Timestamp?, Timestamp?)
        for index in entries.indices {
            let window = entries[index].window
            start = min(start ?? window.start, window.start)
            end = max(end ?? window.end, window.end)
        }
        return (start, end)
    }
}

extension UsageDelta.MeterHeader {
    /// Its form in the ledger.
    var encoded: [UInt8] {
        var writer = ByteWriter()
        CommitCodec.encode(self, to: &writer)
        return writer.bytes
    }
}

extension Position {
    /// Its form in the ledger.
    var encoded: [UInt8] {
        var writer = ByteWriter()
        encode(to: &writer)
        return writer.bytes
    }
}
