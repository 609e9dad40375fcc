extension LedgerDirectory {
    /// What may be published: checkpoint, tiles and bundles of entries, and the key that verifies the checkpoint.
    var log: String { path + "/log" }
    /// What signs checkpoints and salts statements.
    var logKey: String { path + "/log-key" }
    /// How far the log is derived.
    var logState: String { path + "/log-state" }

    var checkpoint: String { log + "/checkpoint" }
}
