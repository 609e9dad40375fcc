import Synchronization

/// What an archive has, to be shared by those who read from it.
///
/// It is looked at when the first range is asked for, and no earlier: so it has what a commit took in that was known before
/// that, and an audit that finds all in the sources does not wait for it.
public final class ArchivedRanges: Sendable {
    let directory: ArchiveDirectory
    let ledger: LedgerID
    private let known = Mutex<ArchiveIndex?>(nil)

    init(_ directory: ArchiveDirectory, of ledger: LedgerID) {
        (self.directory, self.ledger) = (directory, ledger)
    }

    /// - Complexity: at first the blocks of the archive, one read each.
    func index() throws(LedgerError) -> ArchiveIndex {
        let result: Result<ArchiveIndex, LedgerError> = known.withLock { known in
            if let known { return .success(known) }
            do throws(LedgerError) {
                let made = try ArchiveIndex(directory, of: ledger)
                known = made
                return .success(made)
            } catch { return .failure(error) }
        }
        return try result.get()
    }
}

extension LedgerReader {
    /// The archive of this ledger's records at a path. One that is not there has nothing.
    public func archivedRanges(at path: String) throws(LedgerError) -> ArchivedRanges {
        ArchivedRanges(ArchiveDirectory(path: path, disk: directory.disk), of: try id())
    }

    /// Which ledger it is.
    public func id() throws(LedgerError) -> LedgerID { try Segment.all(in: store)[0].header.ledger }
}
