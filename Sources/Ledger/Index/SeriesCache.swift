import Synchronization
import UsageModel

/// The ids of series that were met, kept from one transaction to the next.
final class SeriesCache: Sendable {
    struct Key: Hashable {
        var meter: Int64
        var tenant: ByteString
        var dimensions: [ByteString?]
    }

    /// Ids that are held at most: some 50 MB.
    private static let maximumCount = 1 << 18

    private let ids = Mutex<[Key: Int64]>([:])

    /// Takes the ids out, for the time of a transaction. When it fails they are not put back: it may have made series.
    func take() -> [Key: Int64] {
        ids.withLock { ids in
            defer { ids = [:] }
            return ids
        }
    }

    func put(_ known: [Key: Int64]) {
        if known.count > SeriesCache.maximumCount { return }
        ids.withLock { $0 = known }
    }
}
