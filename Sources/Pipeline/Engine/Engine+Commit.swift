import AsyncAlgorithms
import Ledger
import Logging
import TenantMapping
import UsageModel
import Windowing

extension Engine {
    /// The ordered end of the pipeline as the ledger left it, and what keeps the events that leave its memory.
    func restoredCommitter(
        _ stages: Stages, _ ledger: LedgerWriter, identityKey: [UInt8]
    ) async throws -> (committer: Committer, archive: IdentityArchive) {
        let status = try await ledger.status()
        let retention = configuration.retention
        let limits = IdentityLimits()
        let identities = try ledger.openIdentities(retention, watermark: status.watermark, limits: limits)
        if identities.isDerived {
            logger.warning("ledger: identities/ did not match the segments, and was made again from them")
        }
        var usage = UsageAccumulator(
            plan: stages.plan, tenants: stages.tenants.tenants, days: stages.days,
            identityKey: identityKey)
        let closed = configuration.closedUpTo(status) ?? Timestamp(nanoseconds: .min)
        for open in try await ledger.openSeries(after: closed) {
            usage.expect(meter: open.meter, tenant: open.tenant, dimensions: open.dimensions, in: open.window)
        }
        let committer = Committer(
            repeats: RepeatFinder(identities, retention: retention, watermark: status.watermark, limits: limits),
            counted: counted, usage: usage, status: status, lateness: configuration.lateness,
            builder: CommitBuilder(
                configuration: try await ledger.ensureDocument(.configuration, configuration.document),
                tenants: try await ledger.ensureDocument(.tenants, configuration.tenantDocument)))
        return (committer, identities.archive)
    }

    /// Takes from the lanes in the order in which the reader dealt, and commits by size, by time, and at the end.
    func commit(
        _ committer: consuming Committer, from lanes: [Lane], to commits: AsyncChannel<Committer.Ended>,
        in ledger: LedgerWriter, written: AsyncStream<Void>, board: ProgressBoard
    ) async throws {
        var writes = written.makeAsyncIterator()
        var outputs = lanes.map { $0.output.makeAsyncIterator() }
        var progress = PartitionProgress()
        var turn = 0
        var last = clock.now
        var tenants = 0
        while let output = await outputs[turn].next() {
            turn = (turn + 1) % lanes.count
            switch output {
            case .opened(let lags):
                committer.expect(lags.map(\.state.partition))
                progress.expect(lags)
            case .dropped(let partitions):
                committer.drop(partitions)
                progress.drop(partitions)
            case .batches(let decoded):
                for item in decoded {
                    let counts = try committer.take(item.batch, item.block)
                    let (bytes, isLast) = progress.take(item.batch.events.records)
                    board.update {
                        $0.bytesRead += bytes
                        $0.partitionsRead += isLast ? 1 : 0
                        $0.counts += counts
                    }
                    try await endIfDue(&committer, since: &last, to: commits, &writes)
                }
            case .settled(let source):
                committer.settle(source: source)
            case .tenants(let version):
                // Each lane passes it on.
                if version.number == tenants { continue }
                tenants = version.number
                if !committer.isEmpty { try await end(&committer, to: commits, &writes) }
                committer.use(
                    tenants: version.table.tenants,
                    document: try await ledger.ensureDocument(.tenants, version.document))
            case .idle:
                break
            }
            try await endIfDue(&committer, since: &last, to: commits, &writes)
        }
        tell(committer.takeLimitNotices())
        if !committer.isEmpty { await commits.send(committer.commit()) }
    }

    private func tell(_ notices: [UsageAccumulator.LimitNotice]) {
        for notice in notices {
            logger.error(
                """
                meter \(notice.meters.joined(separator: ", ")): the window from \(notice.window.start) has \(notice.limit) \
                series, which is its max_series; what comes for others goes into the series \(Meter.overflow); group by less, \
                or raise max_series
                """)
        }
    }

    /// Ends a commit when it is as large, or as old, as one may get.
    /// - Parameter last: when the one before was ended.
    private func endIfDue(
        _ committer: inout Committer, since last: inout ContinuousClock.Instant,
        to commits: AsyncChannel<Committer.Ended>, _ writes: inout AsyncStream<Void>.AsyncIterator
    ) async throws {
        let isDue =
            committer.bytes >= configuration.ledger.commitBytes || committer.isFull
            || clock.now - last >= configuration.ledger.commitInterval
        guard isDue, !committer.isEmpty else { return }
        try await end(&committer, to: commits, &writes)
        last = clock.now
    }

    /// Ends a commit, when the events that left the memory before are written.
    private func end(
        _ committer: inout Committer, to commits: AsyncChannel<Committer.Ended>,
        _ writes: inout AsyncStream<Void>.AsyncIterator
    ) async throws {
        tell(committer.takeLimitNotices())
        while committer.isBlocked {
            if await writes.next(isolation: #isolation) == nil { throw CancellationError() }
        }
        await commits.send(committer.commit())
    }
}
