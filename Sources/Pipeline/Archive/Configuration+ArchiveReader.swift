import Ledger
import UsageModel

extension Configuration {
    /// What reads again the records that are kept of a ledger; `nil` where none are.
    ///
    /// It asks for nothing before the first range is wanted. Copies share what takes long to find.
    func archiveReader(
        of ledger: LedgerID, _ connections: ServiceConnections
    ) async throws -> (any RangeReader)? {
        switch archive?.place {
        case nil: nil
        case .directory(let path, _): ArchiveRangeReader(ArchivedRanges(path: path, of: ledger))
        case .bucket(let place): try await BucketArchiveRangeReader(place, connections, of: ledger)
        }
    }
}
