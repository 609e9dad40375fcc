import Glibc
import Synchronization

/// Work that is begun ahead of being asked for, and done by whoever calls ``serve()``.
///
/// Who wants something begins it and goes on; later it asks whether it is there. So a reader can have many requests on the
/// way without a task of its own. What was cut short by a cancellation can be begun again.
public final class Lookahead: Sendable {
    typealias Job = @Sendable () async -> Void

    private struct State {
        /// Begun and not taken up yet.
        var jobs: [Job] = []
        var server: CheckedContinuation<Job?, Never>?
        /// Who waits for something to be done, and whether something was done that nobody waited for.
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var isNews = false
        var count = 0
    }

    private let state = Mutex(State())
    private let event = EventDescriptor()

    public init() {}

    /// Readable when something was done since ``settle()``; for poll(2). `nil` where the system has no handle left.
    public var descriptor: CInt? { event.descriptor }

    /// Begins work. It is done some time after ``serve()`` runs.
    public func begin<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) -> Pending<Value> {
        let pending = Pending<Value>()
        let job: Job = {
            pending.fulfil(await work())
            self.tell()
        }
        let server = state.withLock { state in
            if state.server == nil { state.jobs.append(job) }
            return state.server.take()
        }
        server?.resume(returning: job)
        return pending
    }

    /// Does what was begun, all of it at once, until it is cancelled; then what is under way is cancelled too.
    ///
    /// How much that is at a time is up to who begins it.
    public func serve() async {
        await withDiscardingTaskGroup { group in
            while let job = await nextJob() { group.addTask { await job() } }
            group.cancelAll()
        }
    }

    /// Forgets what was done so far, before it is looked at.
    public func settle() {
        state.withLock { $0.isNews = false }
        event.clear()
    }

    /// Returns when something was done since ``settle()``, or when the task is cancelled.
    public func wait() async {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isNews || Task.isCancelled { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }

    private func tell() {
        let waiters = state.withLock { state in
            state.isNews = true
            defer { state.waiters = [:] }
            return state.waiters.values.map { $0 }
        }
        event.set()
        for waiter in waiters { waiter.resume() }
    }

    /// The next job; `nil` when the task is cancelled.
    private func nextJob() async -> Job? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Job?, Never>) in
                let job: Job?? = state.withLock { state in
                    if Task.isCancelled { return .some(nil) }
                    if !state.jobs.isEmpty { return state.jobs.removeFirst() }
                    precondition(state.server == nil, "one task serves at a time")
                    state.server = continuation
                    return nil
                }
                if let job { continuation.resume(returning: job) }
            }
        } onCancel: {
            state.withLock { $0.server.take() }?.resume(returning: nil)
        }
    }
}
