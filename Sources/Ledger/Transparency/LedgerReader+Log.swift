extension LedgerReader {
    /// The log of the ledger's statements, with what it lacks derived first from the frames that the index holds.
    ///
    /// It may be called beside a writer, which does not wait for it. It blocks on the disk.
    /// - Throws: ``LedgerError/damaged(segment:offset:message:advice:)`` when the ledger contradicts the checkpoint that
    ///   was signed last; then nothing is signed any more.
    /// - Complexity: the frames since the last time; all, twice, where `log-state` is missing.
    public func log() throws(LedgerError) -> TransparencyLog {
        let last = try index.state()?.seq ?? 0
        let segments = try Segment.all(in: store)
        let derivation = LogDerivation(directory: directory, store: store, segments: segments, last: last)
        let (key, checkpoint) = try derivation.run()
        return TransparencyLog(ledger: self, segments: segments, last: last, key: key, checkpoint: checkpoint)
    }

    /// Brings the log of a ledger up to date, and nothing else: for the end of a run, when its writer has closed.
    /// - Returns: the checkpoint that the log has now.
    @discardableResult
    public static func deriveLog(path: String) throws(LedgerError) -> LogCheckpoint {
        try open(path: path).log().checkpoint
    }
}
