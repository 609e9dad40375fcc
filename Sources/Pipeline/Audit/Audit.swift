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
        let (ledger, latest, key) = try await Recount.blocking {
            let ledger = try LedgerReader.open(path: configuration.ledger.path)
            return (ledger, try ledger.partitions(), try ledger.identityKey())
        }
        let archive = try await configuration.archiveReader(of: ledger, connections)
        let tenants = TenantsOfToday(document: configuration.tenantDocument, table: try configuration.tenantTable())
        let shared = Shared(try ledger.commits())
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<workers {
                let sources = try await CommitSources(configuration, connections, latest: latest, archive: archive)
                group.addTask {
                    await sources.serve()
                    return false
                }
                group.addTask(executorPreference: BlockingExecutor(label: "audit")) {
                    var sources = sources
                    var stages = StagesInForce(configuration, ledger)
                    while let frame = shared.next() {
                        let report = try await check(frame, &sources, &stages, key, tenants, shared)
                        shared.total.withLock { total in
                            total.take(report)
                            onProgress(total)
                        }
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
        _ tenants: TenantsOfToday, _ shared: Shared
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
        let today = frame.commit.tenants == tenants.digest ? nil : tenants.table
        var replay = CommitReplay(frame, try stages.stages(of: frame), identityKey: key, today: today)
        try await sources.replay(&replay) { _, rows, _ in report.eventsChecked += UInt64(rows.count) }
        report.commitsChecked = 1
        report.differences = differences(&replay)
        report.commitsDiffering = report.differences.isEmpty ? 0 : 1
        return report
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
