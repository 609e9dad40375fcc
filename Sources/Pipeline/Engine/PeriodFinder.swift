import SchemaValidation
import Synchronization
import UsageModel

/// Finds out whether a partition has an event in a period: its records are decoded as they are for real, until the first
/// one is found.
final class PeriodFinder: Sendable {
    private let period: EventPeriod
    private let decoder: Mutex<RecordDecoder>

    init(_ period: EventPeriod, decoder: consuming sending RecordDecoder) {
        self.period = period
        self.decoder = Mutex(decoder)
    }

    /// Whether one of the batch's valid events lies in the period. O(bytes).
    func hasEvent(in batch: RecordBatch) -> Bool {
        // Nothing of it is kept: a digest is for commits.
        decoder.withLock { $0.decode(batch, digest: .none).time.contains(where: period.contains) }
    }
}
