import Ledger

/// Where a run keeps the records that its commits take in.
protocol ArchiveWriter: Sendable {
    /// Keeps the blocks of the commit that is appended next. When it returns they are durable.
    func append(_ blocks: [ArchiveBlock]) async throws
    /// Removes what is older than is to be kept; for after a commit.
    func removeExpired() async throws
}

extension RecordArchive: ArchiveWriter {}
