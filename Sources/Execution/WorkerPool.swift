import Foundation

/// Runs tasks on so many threads of its own: computing that may take all of a core, and no more cores than it is given.
///
/// It is the executor preference of tasks in a group; which thread a job runs on makes no difference.
public final class WorkerPool: TaskExecutor {
    private let queue = OperationQueue()

    /// - Parameters:
    ///   - label: names the threads in debuggers and profiles.
    ///   - count: how many jobs run at a time.
    public init(label: String, count: Int) {
        precondition(count > 0, "a pool has a thread")
        queue.name = "odometer." + label
        queue.maxConcurrentOperationCount = count
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.addOperation {
            unsafe job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }

    public func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        unsafe UnownedTaskExecutor(ordinary: self)
    }
}
