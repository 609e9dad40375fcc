import Dispatch
import Execution
import Synchronization
import Testing

@Suite("The pool of workers")
struct WorkerPoolTests {
    /// How many jobs run now, and how many ran at once at most.
    private final class Census: Sendable {
        private let state = Mutex((now: 0, most: 0))

        var most: Int { state.withLock { $0.most } }

        func enter() {
            state.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
        }

        func leave() { state.withLock { $0.now -= 1 } }
    }

    @Test("No more jobs run at once than it has threads, and all run", arguments: [1, 2, 3])
    func isBounded(count: Int) async {
        let pool = WorkerPool(label: "test", count: count)
        let census = Census()
        let done = await withTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask(executorPreference: pool) {
                    census.enter()
                    defer { census.leave() }
                    return (0..<1_000 + number).reduce(0) { $0 ^ $1 } & 0 + 1
                }
            }
            return await group.reduce(0, +)
        }
        #expect(done == 200)
        #expect(census.most <= count)
    }

    @Test("As many jobs run at once as it has threads, also when none of them can go on without the others")
    func isParallel() async {
        let pool = WorkerPool(label: "test", count: 2)
        let (first, second) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let met = await withTaskGroup(of: Bool.self) { group in
            group.addTask(executorPreference: pool) {
                first.signal()
                return second.wait(timeout: .now() + 60) == .success
            }
            group.addTask(executorPreference: pool) {
                second.signal()
                return first.wait(timeout: .now() + 60) == .success
            }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(met)
    }
}
