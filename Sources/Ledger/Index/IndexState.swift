import GRDB
import UsageModel

/// How far an index has come: the last frame that it holds.
struct IndexState: Sendable, Hashable {
    var ledger: LedgerID
    /// `nil` when it holds no frame yet.
    var applied: SegmentReader.Mark?

    var seq: UInt64 { applied?.chain.seq ?? 0 }

    /// Whether the index holds all frames up to a ledger's last, and no other.
    func matches(_ scan: LedgerScan) -> Bool {
        ledger == scan.ledger && seq == scan.chain.seq && (applied?.chain.hash ?? .none) == scan.chain.hash
    }

    init(ledger: LedgerID, applied: SegmentReader.Mark?) {
        self.ledger = ledger
        self.applied = applied
    }

    /// Reads it; `nil` when the index was never made, or is of another version.
    init?(_ db: Database) throws {
        guard try db.tableExists("meta"), let row = try Row.fetchOne(db, sql: "SELECT * FROM meta"),
            try row.value("version") == LedgerIndex.version
        else { return nil }
        let id = try row.bytes("ledger")
        guard id.count == LedgerID.size else { return nil }
        ledger = LedgerID(bytes: id)
        let seq = try row.unsigned("applied_seq")
        if seq > 0 {
            applied = SegmentReader.Mark(
                chain: Chain(seq: seq, hash: try row.digest("frame_hash")), segment: try row.value("segment"),
                offset: try row.unsigned("offset"))
        }
    }
}
