import AsyncAlgorithms
import Ledger
import TenantMapping
import UsageModel
import Windowing

extension Engine {
    /// The ordered end of the pipeline, as the ledger left it.
    func restoredCommitter(_ stages: Stages, _ ledger: LedgerWriter) async throws -> Committer {
        var deduplicator = Deduplicator()
        try ledger.forEachIdentity { deduplicator.insert($0) }
        let status = try await ledger.status()
        return Committer(
            deduplicator: deduplicator,
            usage: UsageAccumulator(plan: stages.plan, tenants: stages.tenants.tenants, days: stages.days),
            watermark: status.watermark, lateness: configuration.lateness.nanoseconds, sealed: status.sealedBefore,
            builder: CommitBuilder(
                configuration: try await ledger.ensureDocument(.configuration, configuration.text),
                tenants: try await ledger.ensureDocument(.tenants, configuration.tenantDocument)))
    }

    /// Takes from the lanes in the order in which the reader dealt, and commits by size, by time, and at the end.
    func commit(
        _ committer: consuming Committer, from lanes: [Lane], to commits: AsyncChannel<Commit>, board: ProgressBoard
    ) async throws {
        var outputs = lanes.map { $0.output.makeAsyncIterator() }
        var turn = 0
        var last = clock.now
        while let output = await outputs[turn].next() {
            turn = (turn + 1) % lanes.count
            switch output {
            case .opened(let partitions):
                committer.expect(partitions)
            case .batch(let batch):
                let before = committer.bytes
                let counts = try committer.take(batch)
                let taken = committer.bytes - before
                board.update {
                    $0.bytesRead += taken
                    $0.counts += counts
                }
            case .idle:
                break
            }
            let isDue =
                committer.bytes >= configuration.ledger.commitBytes
                || clock.now - last >= configuration.ledger.commitInterval
            if isDue, !committer.isEmpty {
                await commits.send(committer.commit())
                last = clock.now
            }
        }
        if !committer.isEmpty { await commits.send(committer.commit()) }
    }
}
