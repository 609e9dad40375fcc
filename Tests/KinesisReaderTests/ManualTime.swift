import AWSClient
import KinesisReader
import Synchronization
import UsageModel

/// A clock that goes on when it is told to, and to the end of the next sleep when nothing else is going on.
final class ManualTime: Sendable {
    /// 2026-11-01T00:00:00Z
    static let start = Timestamp(nanoseconds: 1_793_491_200_000_000_000)

    private struct State {
        var now = ManualTime.start
        /// How far the reader's clock is before the service's.
        var skew: Int64 = 0
        /// When the sleeps end that are under way.
        var ends: [Int64] = []
    }

    private let state = Mutex(State())

    var now: Timestamp { state.withLock { $0.now } }

    func advance(seconds: Double) {
        state.withLock { $0.now.nanoseconds += Int64(seconds * 1_000_000_000) }
    }

    func advance(hours: Double) { advance(seconds: hours * 3_600) }

    /// Sets the reader's clock, not the service's.
    func skew(hours: Double) { state.withLock { $0.skew = Int64(hours * 3_600_000_000_000) } }

    var aws: AWSTime {
        AWSTime(
            now: { self.state.withLock { Timestamp(nanoseconds: $0.now.nanoseconds + $0.skew) } },
            sleep: { (duration) async throws(CancellationError) in try await self.sleep(duration) },
            random: { 0.5 })
    }

    private func sleep(_ duration: Duration) async throws(CancellationError) {
        let (seconds, attoseconds) = duration.components
        let pause = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        let end = state.withLock { state in
            state.ends.append(state.now.nanoseconds + pause)
            return state.now.nanoseconds + pause
        }
        defer {
            state.withLock { state in
                if let index = state.ends.firstIndex(of: end) { state.ends.remove(at: index) }
            }
        }
        while true {
            // What is no sleep takes some turns of the executor.
            for _ in 0..<100 {
                if Task.isCancelled { throw CancellationError() }
                if now.nanoseconds >= end { return }
                await Task.yield()
            }
            state.withLock { state in
                if state.ends.min() == end { state.now.nanoseconds = max(state.now.nanoseconds, end) }
            }
        }
    }
}
