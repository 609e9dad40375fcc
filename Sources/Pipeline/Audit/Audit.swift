import Crypto
import Execution
import Ledger
import Synchronization
import TenantMapping
import UsageModel

/// Makes the commits of a ledger again from the very bytes that each of them names, and compares.
///
/// A commit says which ranges it read, what was in force, and which events it counted. So each is made again by itself: several
/// at once, in any order, and as few as are asked for. That no event counts in two of them, and that what they refused as a
/// repeat is one, is seen from all of them together.
public struct Audit: Sendable {
    private let configuration: Configuration
    private let selection: AuditSelection
    private let workers: Int

    /// - Parameters:
    ///   - configuration: that of today: it says where the ledger and the sources lie.
    ///   - workers: how many commits are made again at once, at least 1.
    public init(_ configuration: Configuration, _ selection: AuditSelection, workers: Int) {
        precondition(workers >= 1, "an audit needs at least one worker")
        self.configuration = configuration
        self.selection = selection
        self.workers = workers
    }

    /// Audits. It writes nothing to the ledger.
    /// - Parameters:
    ///   - journal: what an audit that was interrupted has checked, and where this one notes what it does; `nil` to check all.
    ///   - onProgress: called after each commit with what was found so far.
    /// - Throws: ``RunError`` where a source cannot be asked, so that nothing is known about it.
    /// - Complexity: the frames of the ledger, and the bytes of the commits that are made again.
    public func run(
        _ journal: AuditJournal? = nil, onProgress: @escaping @Sendable (AuditReport) -> Void
    ) async throws -> AuditReport {
        let (configuration, connections) = (configuration, ServiceConnections())
        let path = configuration.ledger.path
        let (ledger, latest, key) = try await Recount.blocking {
            let ledger = try AuditedLedger(path: path)
            return (ledger, try ledger.partitions(), try ledger.identityKey())
        }
        let archive = try await configuration.archiveReader(of: ledger.id, connections)
        let tenants = TenantsOfToday(document: configuration.tenantDocument, table: try configuration.tenantTable())
        let parts = CountedOnce.parts(events: try await Recount.blocking { try ledger.accepted() })
        let shared = AuditQueue(ledger.walk(), journal, workers: workers, parts: parts)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for worker in 0..<workers {
                let sources = try await CommitSources(configuration, connections, latest: latest, archive: archive)
                group.addTask {
                    await sources.serve()
                    return false
                }
                group.addTask(executorPreference: BlockingExecutor(label: "audit")) {
                    var sources = sources
                    var stages = StagesInForce(configuration)
                    while let frame = try shared.next(for: worker) {
                        let report = try await check(frame, &sources, &stages, key, tenants, shared)
                        shared.total.withLock { total in
                            total.take(report)
                            onProgress(total)
                        }
                    }
                    return true
                }
            }
            group.addTask(executorPreference: BlockingExecutor(label: "verify")) {
                shared.note(try LedgerReader.verify(path: path).problems)
                return true
            }
            var left = workers + 1
            while left > 0, let isWorker = try await group.next() { left -= isWorker ? 1 : 0 }
            group.cancelAll()
        }
        var report = shared.total.withLock { $0 }
        let moved = shared.moved.withLock { $0 }
        report.leaveOut { moved[$0] }
        // Where commits are missing, nobody knows what they counted.
        if report.damaged.isEmpty {
            report.differences += try await Recount.blocking { try repeats(in: ledger, shared, parts: parts) }
        }
        report.blame(shared.problems.withLock { $0 })
        report.differences.sort { ($0.seq ?? 0) < ($1.seq ?? 0) }
        return report
    }

    private func check(
        _ frame: CommittedFrame, _ sources: inout CommitSources, _ stages: inout StagesInForce, _ key: [UInt8],
        _ tenants: TenantsOfToday, _ shared: AuditQueue
    ) async throws -> AuditReport {
        var report = AuditReport()
        shared.moved.withLock { $0.note(frame) }
        guard selection.covers(frame.commit) else { return report }
        if frame.commit.ranges.isEmpty {
            report.commitsWithoutSources = 1
            if !frame.commit.isMove {
                let detail = "the commit has usage or events, and no bytes that they came from"
                report.differences = [AuditDifference(seq: frame.seq, cause: .ledgerAltered, detail: detail)]
            }
            return report
        }
        report.commits = 1
        guard selection.draws(frame.seq) else { return report }
        if let line = shared.journal?.line(of: frame) {
            (report.commitsChecked, report.eventsChecked) = (1, line.events)
            report.compared.take(frame.commit.delta, selection)
            shared.refuse(line.refused, in: frame.seq)
            return report
        }
        guard let stages = try stages.stages(of: frame, { shared.document($0) }) else {
            // Where a frame is altered or missing, that may be its document's, and is told.
            if shared.total.withLock({ $0.damaged.isEmpty }) {
                let detail = "the configuration or the tenant table that the commit names is not in the ledger"
                report.differences = [AuditDifference(seq: frame.seq, cause: .ledgerAltered, detail: detail)]
            }
            return report
        }
        let today = frame.commit.tenants == tenants.digest ? nil : tenants.table
        var replay = CommitReplay(frame, stages, identityKey: key, today: today)
        try await sources.replay(&replay) { _, rows, _ in report.eventsChecked += UInt64(rows.count) }
        report.commitsChecked = 1
        report.compared.take(frame.commit.delta, selection)
        report.differences = differences(&replay)
        shared.refuse(replay.refused, in: frame.seq)
        if report.differences.isEmpty {
            shared.journal?.note(frame, events: report.eventsChecked, refused: replay.refused)
        }
        return report
    }

    /// Events that count twice, and records that were refused as repeats of events that nobody counts.
    private func repeats(
        in ledger: AuditedLedger, _ shared: AuditQueue, parts: UInt64
    ) throws(LedgerError) -> [AuditDifference] {
        let refused = shared.refused.withLock { $0 }
        let words = refused.lazy.flatMap(\.identities)
        var (twice, uncounted) = shared.takeCounted().findings(refused: words)
        for part in 1..<max(parts, 1) {
            var counted = CountedOnce(part: part, of: parts)
            try ledger.forEachSoundCommit { counted.take($0.commit.identities) }
            let more = counted.findings(refused: words)
            twice.formUnion(more.twice)
            uncounted.formUnion(more.uncounted)
        }
        var found: [AuditDifference] = []
        if !twice.isEmpty {
            var events = CountedTwice(words: twice)
            try ledger.forEachSoundCommit { events.take($0) }
            found = events.pairs.map { first, second, events in
                AuditDifference(
                    seq: second, cause: .codeDiffers,
                    detail: "\(events) events count in this commit and in commit \(first) too")
            }
        }
        for (seq, identities) in refused where !uncounted.isEmpty {
            let count = identities.count { uncounted.contains($0) }
            if count == 0 { continue }
            found.append(
                AuditDifference(
                    seq: seq, cause: .codeDiffers,
                    detail: "\(count) records were refused as repeats of events that no commit counts"))
        }
        return found
    }

    private func differences(_ replay: inout CommitReplay) -> [AuditDifference] {
        let seq = replay.frame.seq
        let recomputed = replay.delta()
        let wanted = replay.frame.commit.delta.differences(from: recomputed).filter(isAsked)
        var found: [AuditDifference] = []
        for fault in replay.faults {
            found.append(AuditDifference(seq: seq, cause: fault.cause, detail: fault.detail, range: fault.range))
        }
        let cause = replay.faults.first?.cause ?? .codeDiffers
        let detail =
            replay.faults.isEmpty
            ? "the bytes are those that were read, and come to another number"
            : "follows from \(replay.faults.count) ranges of the commit that are changed or gone"
        found += wanted.map { AuditDifference(seq: seq, cause: cause, detail: detail, usage: $0) }
        if replay.faults.isEmpty, replay.missing > 0 {
            let detail = "\(replay.missing) events count in this commit that are not in the bytes that it read"
            found.append(AuditDifference(seq: seq, cause: .codeDiffers, detail: detail))
        }
        for range in replay.miscounted {
            found.append(
                AuditDifference(
                    seq: seq, cause: .codeDiffers,
                    detail:
                        "\(range.ledger.accepted) accepted and \(range.ledger.rejected) rejected records in the ledger,"
                        + " \(range.recomputed.accepted) and \(range.recomputed.rejected) now", range: range.range))
        }
        guard let today = replay.deltaToday() else { return found }
        for usage in recomputed.differences(from: today).filter(isAsked) {
            found.append(
                AuditDifference(
                    seq: seq, cause: .mappingChanged,
                    detail: "the tenant table of today says other tenants of that time than the one in force did",
                    usage: usage))
        }
        return found
    }

    private func isAsked(_ usage: AuditDifference.Usage) -> Bool {
        (selection.tenant.map { $0 == usage.tenant } ?? true) && selection.covers(usage.window)
    }
}

/// The tenant table of today, compiled once.
private struct TenantsOfToday {
    let digest: Digest256
    let table: TenantTable

    init(document: [UInt8], table: TenantTable) {
        digest = Digest256(bytes: Array(SHA256.hash(data: document)))
        self.table = table
    }
}

extension Commit {
    /// Whether it is of what may have no sources: usage that was moved between tenants, or counted anew.
    fileprivate var isMove: Bool {
        if !identities.isEmpty { return false }
        return !recounted.isEmpty || delta.entries.allSatisfy { $0.correction == .debit || $0.correction == .credit }
    }
}
