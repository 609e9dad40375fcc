import FileReader
import Synchronization

/// A clock that goes on when it is told to, and by a step each time that it is looked at.
final class ManualClock: Sendable {
    private let time = Mutex(Duration.zero)
    private let step: Duration

    init(step: Duration = .zero) { self.step = step }

    func advance(by duration: Duration) { time.withLock { $0 += duration } }

    /// A schedule of this clock.
    func schedule(interval: Duration) -> ScanSchedule {
        ScanSchedule(interval: interval) { [self] in
            time.withLock { time in
                time += step
                return time
            }
        }
    }
}
