import Execution
import Synchronization
import Testing

@Suite struct LookaheadTests {
    private func readiness(_ ahead: Lookahead) -> Bool {
        guard let descriptor = ahead.descriptor else { return false }
        return Readiness.isReadable(descriptor)
    }

    @Test("Work that was begun before and after the serving is done, all at once")
    func done() async {
        let ahead = Lookahead()
        let gate = Gate(3)
        let early = ahead.begin { () async -> Int in
            await gate.pass()
            return 1
        }
        #expect(early.value == nil)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await ahead.serve() }
            let later = (2...3).map { number in
                ahead.begin { () async -> Int in
                    await gate.pass()
                    return number
                }
            }
            // None of them goes on before all have come so far.
            while [early, later[0], later[1]].contains(where: { $0.value == nil }) {
                ahead.settle()
                if [early, later[0], later[1]].contains(where: { $0.value == nil }) { await ahead.wait() }
            }
            #expect([early.value, later[0].value, later[1].value] == [1, 2, 3])
            group.cancelAll()
        }
    }

    @Test("Its descriptor is readable when something was done, until that was looked at")
    func descriptor() async {
        let ahead = Lookahead()
        #expect(!readiness(ahead))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await ahead.serve() }
            let pending = ahead.begin { () async -> Int in 7 }
            await ahead.wait()
            #expect(readiness(ahead) && pending.value == 7)
            ahead.settle()
            #expect(!readiness(ahead))
            group.cancelAll()
        }
    }

    @Test("What is under way is cancelled with the serving, and what was begun since is done by the next")
    func cancelled() async {
        let ahead = Lookahead()
        let gate = Gate(2)
        let stuck = ahead.begin { () async -> Bool in
            await gate.pass()
            return Task.isCancelled
        }
        for _ in 0..<2 {
            let next = await withTaskGroup(of: Void.self) { group in
                group.addTask { await ahead.serve() }
                let next = ahead.begin { () async -> Int in 5 }
                while next.value == nil {
                    ahead.settle()
                    if next.value == nil { await ahead.wait() }
                }
                group.cancelAll()
                return next
            }
            #expect(next.value == 5)
        }
        #expect(stuck.value == true)
    }
}

/// Lets nobody through before all have come, or until the task is cancelled.
private final class Gate: Sendable {
    private let state: Mutex<(missing: Int, waiting: [Int: CheckedContinuation<Void, Never>], count: Int)>

    init(_ count: Int) {
        state = Mutex((count, [:], 0))
    }

    func pass() async {
        let number = state.withLock { state in
            state.missing -= 1
            state.count += 1
            return state.count
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let free = state.withLock { state in
                    if state.missing > 0, !Task.isCancelled {
                        state.waiting[number] = continuation
                        return [CheckedContinuation<Void, Never>]()
                    }
                    defer { state.waiting = [:] }
                    return state.waiting.values.map { $0 } + [continuation]
                }
                for continuation in free { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
    }
}
