import Synchronization
import UsageModel

@testable import AWSClient

/// A clock that stands still but for the sleeps, which take no time and are written down.
final class ManualTime: Sendable {
    private struct State {
        var now: Timestamp
        var sleeps: [Duration] = []
    }

    private let state: Mutex<State>

    init(_ now: Timestamp = Timestamp(nanoseconds: 1_700_000_000_000_000_000)) {
        state = Mutex(State(now: now))
    }

    var now: Timestamp { state.withLock { $0.now } }
    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    func advance(by duration: Duration) {
        state.withLock { $0.now = $0.now.adding(duration) }
    }

    /// - Parameter random: the share of the greatest delay that is always drawn.
    func time(random: Double = 1) -> AWSTime {
        AWSTime(
            now: { self.now },
            sleep: { (duration) async throws(CancellationError) in
                if Task.isCancelled { throw CancellationError() }
                self.state.withLock { state in
                    state.sleeps.append(duration)
                    state.now = state.now.adding(duration)
                }
            },
            random: { random })
    }
}
