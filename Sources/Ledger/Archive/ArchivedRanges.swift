import Synchronization

/// What an archive has, to be shared by those who read from it.
///
/// It is looked at when the first range is asked for, and no earlier: so it has what a commit took in that was known before
/// that, and an audit that finds all in the sources does not wait for it.
public final class ArchivedRanges: Sendable {
    let directory: ArchiveDirectory
    let ledger: LedgerID
    private let known = Mutex<ArchiveIndex?>(nil)

    /// The archive of a ledger's records at a path. One that is not there has nothing.
    public convenience init(path: String, of ledger: LedgerID) {
        self.init(ArchiveDirectory(path: path, disk: LedgerDirectory(path: path).disk), of: ledger)
    }

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
    /// Which ledger it is.
    public func id() throws(LedgerError) -> LedgerID { try Segment.all(in: store)[0].header.ledger }
}
