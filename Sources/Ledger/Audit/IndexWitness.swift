import GRDB
import UsageModel

/// What a ledger's index says of frames: it was given each one when it was written, and so can tell which of two that
/// contradict each other is the one that was altered.
struct IndexWitness: Sendable {
    private let index: LedgerIndex
    private let last: Chain

    /// The last frame that it knows.
    var lastSeq: UInt64 { last.seq }

    /// `nil` where the index is of another ledger, or holds nothing.
    init?(_ index: LedgerIndex, of ledger: LedgerID) throws(LedgerError) {
        guard let state = try index.state(), state.ledger == ledger, let applied = state.applied else { return nil }
        self.index = index
        last = applied.chain
    }

    /// The hash of a frame as it was written; `nil` where it is not known. It knows those of commits and of the last frame.
    func hash(of seq: UInt64) throws(LedgerError) -> Digest256? {
        if seq == last.seq { return last.hash }
        return try index.read { db in
            let statement = try db.cachedStatement(sql: "SELECT hash FROM commits WHERE seq = ?")
            return try Row.fetchOne(statement, arguments: [Int64(bitPattern: seq)]).flatMap { try? $0.digest("hash") }
        }
    }

    /// Up to where windows had been sealed when a commit was made.
    func sealedBefore(at seq: UInt64) throws(LedgerError) -> Timestamp? {
        try index.read { db in
            let sql = "SELECT max(sealed_before) AS sealed FROM commits WHERE seq < ? AND sealed_before IS NOT NULL"
            return try Row.fetchOne(db, sql: sql, arguments: [Int64(bitPattern: seq)])?.timeIfPresent("sealed")
        }
    }
}
