import Synchronization
import UsageModel

/// Where the tasks of a run write how far they are.
final class ProgressBoard: Sendable {
    private let start: ContinuousClock.Instant
    private let state = Mutex(RunProgress())

    init(start: ContinuousClock.Instant) {
        self.start = start
    }

    func update(_ change: (inout RunProgress) -> Void) {
        state.withLock { change(&$0) }
    }

    /// All that was written, as of a moment.
    func progress(at moment: ContinuousClock.Instant) -> RunProgress {
        var progress = state.withLock { $0 }
        progress.elapsed = moment - start
        return progress
    }
}
