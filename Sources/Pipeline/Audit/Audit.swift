import Crypto
import Execution
import Ledger
import Synchronization
import TenantMapping
import UsageModel

/// Makes the commits of a ledger again from the very bytes that each of them names, and compares.
///
/// A commit says which ranges it read, what was in force, and which events it counted. So each is made again by itself: several
/// at once, in any order, and as few as are asked for. What it says of repeats is believed: that an event is none, because
/// it is in the list of those that count.
public struct Audit: Sendable {
    private let configuration: Configuration
    private let selection: AuditSelection
    private let workers: Int

    /// What the workers share.
    private final class Shared: Sendable {
        let commits: Mutex<CommitCursor>
        /// What is wrong with the ledger itself, behind which nothing can be read.
        let damage = Mutex<String?>(nil)
        let total = Mutex(AuditReport())
        let moved = Mutex<[Moved: UInt64]>([:])

        init(_ commits: consuming sending CommitCursor) {
            self.commits = Mutex(commits)
        }

        /// The next commit; `nil` at the end, and where the ledger is damaged.
        func next() -> CommittedFrame? {
            if damage.withLock({ $0 != nil }) { return nil }
            return commits.withLock { commits in
                do throws(LedgerError) { return try commits.next() } catch {
                    damage.withLock { $0 = error.description }
                    return nil
                }
            }
        }
    }

    /// - Parameters:
    ///   - configuration: that of today: it says where the ledger and the sources lie.
    ///   - workers: how many commits are made again at once, at least 1.
    public init(_ configuration: Configuration, _ selection: AuditSelection, workers: Int) {
        precondition(workers >= 1, "an audit needs at least one worker")
        self.configuration = configuration
        self.selection = selection
        self.workers = workers
    }

    /// Audits. It writes nothing to the ledger but what its index lacks.
    /// - Parameter onProgress: called after each commit with what was found so far.
    /// - Throws: ``RunError`` where a source cannot be asked, so that nothing is known about it.
    /// - Complexity: the frames of the ledger, and the bytes of the commits that are made again.
    public func run(onProgress: @escaping @Sendable (AuditReport) -> Void) async throws -> AuditReport {
        let (configuration, connections) = (configuration, ServiceConnections())
        let (ledger, latest) = try await Audit.blocking {
            let ledger = try LedgerReader.open(path: configuration.ledger.path)
            return (ledger, try ledger.partitions())
        }
        let key = try await Audit.blocking { try ledger.identityKey() }
        let shared = Shared(try ledger.commits())
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<workers {
                let sources = try await CommitSources(configuration, connections, latest: latest)
                for reader in sources.all {
                    group.addTask {
                        await reader.serve()
                        return false
                    }
                }
                group.addTask(executorPreference: BlockingExecutor(label: "audit")) {
                    var sources = sources
                    var stages = StagesInForce(configuration, ledger)
                    while let frame = shared.next() {
                        let report = try await check(frame, &sources, &stages, key, shared)
                        let sum = shared.total.withLock { total in
                            total.take(report)
                            return total
                        }
                        onProgress(sum)
                    }
                    return true
                }
            }
            var left = workers
            while left > 0, let isWorker = try await group.next() { left -= isWorker ? 1 : 0 }
            group.cancelAll()
        }
        var report = shared.total.withLock { $0 }
        let moved = shared.moved.withLock { $0 }
        report.leaveOut { moved[$0] }
        if let damage = shared.damage.withLock({ $0 }) {
            report.differences.append(AuditDifference(seq: report.lastSeq + 1, cause: .ledgerAltered, detail: damage))
        }
        report.differences.sort { ($0.seq ?? 0) < ($1.seq ?? 0) }
        return report
    }

    private func check(
        _ frame: CommittedFrame, _ sources: inout CommitSources, _ stages: inout StagesInForce, _ key: [UInt8],
        _ shared: Shared
    ) async throws -> AuditReport {
        var report = AuditReport()
        (report.lastSeq, report.root) = (frame.seq, frame.hash)
        shared.moved.withLock { $0.note(frame) }
        guard selection.covers(frame.commit) else { return report }
        if frame.commit.ranges.isEmpty {
            report.commitsWithoutSources = 1
            return report
        }
        report.commits = 1
        guard selection.draws(frame.seq) else { return report }
        let today = try tenantsOfToday(frame)
        var replay = CommitReplay(frame, try stages.stages(of: frame), identityKey: key, today: today)
        try await sources.replay(&replay) { batch, rows, _ in
            report.eventsChecked += UInt64(rows.count)
            report.bytesRead += UInt64(batch.events.records.contentCount)
        }
        report.commitsChecked = 1
        report.differences = differences(&replay)
        report.commitsDiffering = report.differences.isEmpty ? 0 : 1
        return report
    }

    /// The tenant table of today, where it is another one than that of a commit.
    private func tenantsOfToday(_ frame: CommittedFrame) throws -> TenantTable? {
        let digest = Array(SHA256.hash(data: configuration.tenantDocument))
        return digest == frame.commit.tenants.bytes ? nil : try configuration.tenantTable()
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

    /// Does what waits for the disk, and not in the pool.
    private static func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value
    {
        try await Recount.blocking(body)
    }
}

/// Usage that was moved between tenants since: what the table of today says of it is in the ledger.
private struct Moved: Hashable {
    var meter: String
    var tenant: ByteString
    var window: Window
}

extension [Moved: UInt64] {
    fileprivate mutating func note(_ frame: CommittedFrame) {
        for entry in frame.commit.delta.entries where entry.correction == .debit || entry.correction == .credit {
            let meter = frame.commit.delta.meters[Int(entry.meter)].name
            let key = Moved(meter: meter, tenant: entry.tenant, window: entry.window)
            self[key] = Swift.max(self[key] ?? 0, frame.seq)
        }
    }
}

extension AuditReport {
    /// Leaves out what another table would say of usage that was moved by a later commit.
    fileprivate mutating func leaveOut(_ moved: (Moved) -> UInt64?) {
        differences.removeAll { difference in
            guard difference.cause == .mappingChanged, let usage = difference.usage, let seq = difference.seq else {
                return false
            }
            let key = Moved(meter: usage.meter.name, tenant: usage.tenant, window: usage.window)
            return moved(key).map { $0 > seq } ?? false
        }
        commitsDiffering = UInt64(Set(differences.compactMap(\.seq)).count)
    }
}
