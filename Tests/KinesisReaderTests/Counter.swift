import Synchronization

/// Counts, from any task.
final class Counter: Sendable {
    private let count: Mutex<Int>

    init(_ count: Int = 0) { self.count = Mutex(count) }

    var value: Int { count.withLock { $0 } }

    /// One less, and what it was before.
    func countDown() -> Int {
        count.withLock { count in
            count -= 1
            return count + 1
        }
    }

    func add(_ step: Int = 1) { count.withLock { $0 += step } }
}
