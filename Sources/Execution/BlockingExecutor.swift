import Dispatch

/// Runs work that blocks (reads, fsync, SQLite) on a thread of its own, so that the cooperative pool never waits.
///
/// One job runs at a time, in the order of arrival. It serves both ways: as an actor's `unownedExecutor`, and as the
/// executor preference of a task in a group.
public final class BlockingExecutor: SerialExecutor, TaskExecutor {
    private let queue: DispatchQueue

    /// - Parameter label: names the thread in debuggers and profiles.
    public init(label: String) {
        queue = DispatchQueue(label: "odometer." + label)
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            unsafe job.runSynchronously(
                isolatedTo: self.asUnownedSerialExecutor(), taskExecutor: self.asUnownedTaskExecutor())
        }
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }

    public func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        unsafe UnownedTaskExecutor(ordinary: self)
    }
}
