import Glibc

extension LedgerDirectory {
    /// What may be published: checkpoint, tiles and bundles of entries, and the key that verifies the checkpoint.
    var log: String { path + "/log" }
    /// What signs checkpoints and salts statements.
    var logKey: String { path + "/log-key" }
    /// How far the log is derived.
    var logState: String { path + "/log-state" }

    var checkpoint: String { log + "/checkpoint" }

    /// Makes a file of the ledger's own directory. A writer that opens removes unfinished files there; while it does, it
    /// holds the lock that is taken here.
    func createBesideWriters(_ name: String, bytes: [UInt8], mode: mode_t = 0o644) throws(LedgerError) {
        let lock = try LedgerLock.index(self)
        try createAtomically(name, in: path, bytes: bytes, mode: mode)
        _ = consume lock
    }
}
