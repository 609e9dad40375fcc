import Execution
import UsageModel

/// The records that commits took in, kept beside the ledger for sources that forget.
///
/// A commit's blocks are written before its frame: so what is committed is in the archive, and what a crash leaves there of a
/// commit that never was does no harm. It is written by the process that writes the ledger, and by no other.
///
/// All of it blocks on the disk, so it runs on an executor that may.
public actor RecordArchive {
    private let executor: BlockingExecutor
    private let now: @Sendable () -> Timestamp
    private let store: any SegmentStore
    private let epoch: UInt64
    private var files: ArchiveFiles

    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - store: the ledger's, which knows whether another writer has taken over.
    ///   - epoch: that of this writer.
    init(
        _ files: ArchiveFiles, besides store: any SegmentStore, epoch: UInt64, now: @escaping @Sendable () -> Timestamp
    ) {
        executor = BlockingExecutor(label: "archive")
        self.files = files
        self.store = store
        self.epoch = epoch
        self.now = now
    }

    /// Writes the blocks of a commit. When it returns they are durable, and the commit may be appended to the ledger.
    /// - Throws: after a failed write every later call throws ``LedgerError/poisoned(cause:)``.
    public func append(_ blocks: [ArchiveBlock]) throws(LedgerError) {
        if blocks.isEmpty { return }
        // The one that has taken over goes on in the same file.
        let newest = try store.epoch()
        guard epoch >= newest else { throw .fenced(epoch: epoch, by: newest) }
        try files.append(blocks, at: now())
    }

    /// Removes the files that are older than what is kept; for after a commit.
    public func removeExpired() throws(LedgerError) {
        try files.removeExpired(at: now())
    }
}
