/// Keeps a ledger's segments: named runs of bytes that only grow at the end of the last one.
///
/// A store knows nothing of frames. It promises that what `append` has returned from is durable, and that a writer whose
/// epoch is older than the newest is refused: two writers that both believe they are the only one do not mix their frames.
/// ``DirectoryStore`` is the one on a local disk. Readers need no epoch. All calls block.
protocol SegmentStore: Sendable {
    /// The names of the segments, in the order of their frames.
    func list() throws(LedgerError) -> [String]
    /// A segment's bytes, to be read; a segment that is being written may have zeros behind its last frame.
    func open(_ segment: String) throws(LedgerError) -> any StoredBytes
    /// Makes durable what is there: a writer that was killed may have left bytes and names that it had not synced, and who
    /// reads them must not tell of them before.
    func settle() throws(LedgerError)
    /// The newest epoch that the store knows; 0 before the first writer.
    func epoch() throws(LedgerError) -> UInt64
    /// Makes this epoch the newest: from then on writers of older ones are refused.
    /// - Throws: ``LedgerError/fenced(epoch:by:)`` when the store knows it, or a newer one, already.
    func fence(_ epoch: UInt64) throws(LedgerError)
    /// Makes a segment that begins with these bytes; when it returns the segment is there, whole and durable.
    func create(_ segment: String, beginning: [UInt8], epoch: UInt64) throws(LedgerError)
    /// Puts bytes behind the last ones of the last segment, durably. `offset` is where the last ones end.
    func append(_ bytes: [UInt8], to segment: String, at offset: UInt64, epoch: UInt64) throws(LedgerError)
    /// Ends a segment after its last frame: nothing comes behind it any more.
    func seal(_ segment: String, at size: UInt64, epoch: UInt64) throws(LedgerError)
    /// Takes away what stands behind `offset` in the last segment, after a durable copy of those `bytes` was made in the
    /// quarantine. Repeating it after a crash does no harm.
    func cut(_ segment: String, at offset: UInt64, keeping bytes: [UInt8], epoch: UInt64) throws(LedgerError)
}
