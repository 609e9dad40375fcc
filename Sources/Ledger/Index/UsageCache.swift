import Synchronization

/// What is known of the usage in the tables, kept from one transaction to the next.
final class UsageCache: Sendable {
    private let known = Mutex(UsageMerge())

    /// Takes it out, for the time of a transaction. When that fails it is not put back: it may tell of rows that were never
    /// written.
    func take() -> UsageMerge {
        known.withLock { known in
            defer { known = UsageMerge() }
            return known
        }
    }

    func put(_ merge: UsageMerge) {
        known.withLock { $0 = merge }
    }
}
