import Synchronization
import Testing
import UsageModel

@testable import AWSClient

/// Hands out numbered credentials that hold for an hour, and fails when it is told to.
private final class Source: Sendable {
    struct State {
        var count = 0
        var failure: AWSError?
        var running = 0
        var mostRunning = 0
    }

    let state = Mutex(State())
    let time: ManualTime
    /// What a load waits for.
    let gate: WaitingList?

    init(_ time: ManualTime, gate: WaitingList? = nil) {
        self.time = time
        self.gate = gate
    }

    var count: Int { state.withLock { $0.count } }

    func fail(_ failure: AWSError?) {
        state.withLock { $0.failure = failure }
    }

    func provider() -> CredentialsProvider {
        CredentialsProvider(time: time.time()) { () async throws(AWSError) in try await self.load() }
    }

    private func load() async throws(AWSError) -> Credentials {
        state.withLock { state in
            state.count += 1
            state.running += 1
            state.mostRunning = max(state.running, state.mostRunning)
        }
        defer { state.withLock { $0.running -= 1 } }
        if let gate { await gate.wait() }
        let (count, failure) = state.withLock { ($0.count, $0.failure) }
        if let failure { throw failure }
        return Credentials(
            accessKeyID: "K\(count)", secretAccessKey: "S", sessionToken: "T",
            expiration: time.now.adding(.seconds(3_600)))
    }
}

@Suite struct CredentialsProviderTests {
    let time = ManualTime()

    @Test("Credentials are fetched once, and anew from five minutes before they expire")
    func refresh() async throws {
        let source = Source(time)
        let provider = source.provider()
        #expect(try await provider.credentials().accessKeyID == "K1")
        time.advance(by: .seconds(3_299))
        #expect(try await provider.credentials().accessKeyID == "K1")
        time.advance(by: .seconds(1))
        #expect(try await provider.credentials().accessKeyID == "K2")
        #expect(try await provider.credentials().accessKeyID == "K2")
        #expect(source.count == 2)
    }

    @Test("Those at hand are kept until they expire when fetching fails, which is tried every minute")
    func failedRefresh() async throws {
        let source = Source(time)
        let provider = source.provider()
        _ = try await provider.credentials()
        let failure = AWSError(kind: .transient, message: "down")
        source.fail(failure)
        time.advance(by: .seconds(3_300))
        for _ in 0..<3 { #expect(try await provider.credentials().accessKeyID == "K1") }
        #expect(source.count == 2)
        time.advance(by: .seconds(60))
        #expect(try await provider.credentials().accessKeyID == "K1")
        #expect(source.count == 3)
        time.advance(by: .seconds(240))
        await #expect(throws: failure) { try await provider.credentials() }
        source.fail(nil)
        #expect(try await provider.credentials().accessKeyID == "K5")
    }

    @Test("One fetches at a time; others take what holds, and wait where nothing does")
    func single() async throws {
        let gate = WaitingList()
        let source = Source(time, gate: gate)
        let provider = source.provider()
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await provider.credentials().accessKeyID } }
            while source.count == 0 || gate.count == 0 { await Task.yield() }
            gate.wakeAll()
            for try await key in group { #expect(key == "K1") }
        }
        time.advance(by: .seconds(3_300))
        try await withThrowingTaskGroup(of: String.self) { group in
            group.addTask { try await provider.credentials().accessKeyID }
            while gate.count == 0 { await Task.yield() }
            for _ in 0..<5 { #expect(try await provider.credentials().accessKeyID == "K1") }
            gate.wakeAll()
            let key = try await group.next()
            #expect(key == "K2")
        }
        #expect(source.state.withLock { $0.mostRunning } == 1)
        #expect(source.count == 2)
    }

    @Test("What a service refuses is renewed once for all that used it")
    func renewed() async throws {
        let gate = WaitingList()
        let source = Source(time, gate: gate)
        let provider = source.provider()
        let first = try await withThrowingTaskGroup(of: Credentials.self) { group in
            group.addTask { try await provider.credentials() }
            while gate.count == 0 { await Task.yield() }
            gate.wakeAll()
            return try #require(try await group.next())
        }
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await provider.renewed(replacing: first).accessKeyID } }
            while gate.count == 0 { await Task.yield() }
            gate.wakeAll()
            for try await key in group { #expect(key == "K2") }
        }
        #expect(try await provider.renewed(replacing: first).accessKeyID == "K2")
        #expect(source.count == 2)
    }

    @Test("Who waits for another's fetching can be cancelled, and a cancelled fetching is done by the next")
    func cancelled() async throws {
        let gate = WaitingList()
        let source = Source(time, gate: gate)
        let provider = source.provider()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await provider.credentials() }
            while gate.count == 0 { await Task.yield() }
            let kind = await withTaskGroup(of: AWSError.Kind?.self) { inner in
                inner.addTask {
                    do throws(AWSError) {
                        _ = try await provider.credentials()
                        return nil
                    } catch { return error.kind }
                }
                while await provider.waitingCount == 0 { await Task.yield() }
                inner.cancelAll()
                return await inner.next() ?? nil
            }
            #expect(kind == .cancelled)
            source.fail(AWSError(kind: .cancelled, message: "cancelled"))
            group.cancelAll()
        }
        source.fail(nil)
        try await withThrowingTaskGroup(of: String.self) { group in
            group.addTask { try await provider.credentials().accessKeyID }
            while gate.count == 0 { await Task.yield() }
            gate.wakeAll()
            let key = try await group.next()
            #expect(key == "K2")
        }
    }
}
