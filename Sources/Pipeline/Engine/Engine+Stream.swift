import AsyncAlgorithms
import Execution
import Ledger
import UsageModel
import Windowing

extension Engine {
    /// Who ended, of the tasks of a run.
    private enum End: Sendable {
        /// The reader, with what it could not read.
        case reader(troubles: [String])
        /// The last commit is in the ledger.
        case ledger
        /// A task whose end means nothing by itself.
        case other
    }

    /// While one's batch waits for its turn at the committer, a worker decodes that of another.
    private static let lanesPerWorker = 2

    private typealias Tasks = ThrowingTaskGroup<End, any Error>

    /// The one task group: batches go from the reader through the lanes to the committer, commits from there to the
    /// ledger, and the index follows the ledger.
    /// - Returns: what could not be read, in words; all else is committed.
    func stream<Stop: AsyncSequence & Sendable>(
        _ stages: Stages, into ledger: LedgerWriter, _ connections: ServiceConnections, stop: Stop,
        board: ProgressBoard, onProgress: @escaping @Sendable (RunProgress) -> Void
    ) async throws -> [String] where Stop.Failure == Never {
        let workers = WorkerPool(label: "worker", count: options.workers)
        let load = LaneLoad()
        let lanes = (0..<options.workers * Engine.lanesPerWorker).map { _ in Lane(load: load) }
        let commits = AsyncChannel<Committer.Ended>()
        let queue = FrozenQueue()
        let (written, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let request = StopRequest()
        let key = if let counted { counted.identityKey } else { await ledger.identityKey }
        // Who was accepted before is read from the disk: that blocks, and not the pool.
        let (committer, archive) = try await withTaskExecutorPreference(BlockingExecutor(label: "start")) {
            () async throws -> (Committer, IdentityArchive) in
            try await restoredCommitter(stages, ledger, identityKey: key)
        }
        let records = try await openArchive(ledger, connections)
        let readers = try await readers(stages, ledger, connections, until: request, board: board)

        return try await withThrowingTaskGroup(of: End.self) { group in
            watch(stop, request, in: &group)
            report(board, to: onProgress, in: &group)
            group.addTask(executorPreference: BlockingExecutor(label: "reader")) {
                defer { lanes.forEach { $0.input.finish() } }
                return .reader(troubles: await read(readers, into: lanes, load, until: request, board: board))
            }
            for reader in readers {
                group.addTask {
                    await reader.serve()
                    return .other
                }
            }
            for lane in lanes {
                group.addTask(executorPreference: workers) {
                    defer { lane.output.finish() }
                    await stages.decode(lane, identityKey: key, now: now)
                    return .other
                }
            }
            group.addTask(executorPreference: BlockingExecutor(label: "committer")) {
                defer { commits.finish() }
                try await commit(committer, from: lanes, to: commits, in: ledger, written: written, board: board)
                return .other
            }
            append(commits, to: ledger, records, queue, board: board, in: &group)
            keep(queue, in: archive, signal, &group)
            return try await finish(&group, ledger)
        }
    }

    private func openArchive(
        _ ledger: LedgerWriter, _ connections: ServiceConnections
    ) async throws -> (any ArchiveWriter)? {
        switch configuration.archive?.place {
        case nil: nil
        case .directory(let path, let keep): try await ledger.openArchive(at: path, keep: keep)
        case .bucket(let place): try await BucketArchive(place, connections, of: ledger)
        }
    }

    private func watch<Stop: AsyncSequence & Sendable>(
        _ stop: Stop, _ request: StopRequest, in group: inout Tasks
    ) where Stop.Failure == Never {
        group.addTask {
            for await _ in stop {
                request.request()
                break
            }
            return .other
        }
    }

    private func report(
        _ board: ProgressBoard, to onProgress: @escaping @Sendable (RunProgress) -> Void, in group: inout Tasks
    ) {
        group.addTask {
            while !Task.isCancelled {
                try? await clock.sleep(for: .milliseconds(100))
                onProgress(board.progress(at: clock.now))
            }
            return .other
        }
    }

    private func append(
        _ commits: AsyncChannel<Committer.Ended>, to ledger: LedgerWriter, _ records: (any ArchiveWriter)?,
        _ queue: FrozenQueue, board: ProgressBoard, in group: inout Tasks
    ) {
        let (appended, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        group.addTask {
            defer {
                signal.finish()
                queue.finish()
            }
            for await ended in commits {
                // So that what is committed is in the archive.
                try await records?.append(ended.blocks)
                try await ledger.append(ended.commit)
                try await records?.removeExpired()
                board.update { $0.commits += 1 }
                signal.yield()
                // Only what is durable in the ledger may be in what is derived from it.
                if let frozen = ended.frozen, let frame = await ledger.lastFrame { queue.put(frozen, through: frame) }
            }
            return .ledger
        }
        group.addTask {
            // The index follows at its own speed: what came while it was busy or rested it takes in one transaction. The end
            // of the run cuts its rest short, and closing the ledger gives it what it lacks.
            for await _ in appended {
                let start = clock.now
                try await ledger.applyIndex()
                let end = clock.now
                let left = board.progress(at: end).timeLeft
                try? await clock.sleep(for: IndexPace.rest(after: end - start, timeLeft: left))
            }
            return .other
        }
    }

    /// Writes the events that left the memory, and merges what was written while there is nothing to write.
    private func keep(
        _ queue: FrozenQueue, in archive: IdentityArchive, _ written: AsyncStream<Void>.Continuation,
        _ group: inout Tasks
    ) {
        group.addTask(executorPreference: BlockingExecutor(label: "identities")) {
            var archive = archive
            for await item in queue.items {
                let horizon = item.frozen.horizon
                try archive.flush(item.frozen.table.sorted, through: item.frame, within: horizon)
                queue.done()
                written.yield()
                // A merge that is cut short is begun again by the next run.
                while queue.isEmpty, !Task.isCancelled, try archive.compact() {}
            }
            return .other
        }
    }

    /// Waits until the reader has said what it could not read and the last commit is in the ledger, or until a task fails.
    ///
    /// The lanes end with the reader's task, and where nothing is left to commit all behind them may end before it has.
    private func finish(_ group: inout Tasks, _ ledger: LedgerWriter) async throws -> [String] {
        var troubles: [String]?
        var isInLedger = false
        while troubles == nil || !isInLedger, let end = try await group.next() {
            switch end {
            case .reader(let unread):
                troubles = unread
                // Else all that the index lacks would wait for the last commit, with nothing beside it.
                group.addTask {
                    try await ledger.applyIndex()
                    return .other
                }
            case .ledger: isInLedger = true
            case .other: continue
            }
        }
        group.cancelAll()
        return troubles ?? []
    }
}
