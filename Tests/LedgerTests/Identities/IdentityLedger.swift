import UsageModel
import Windowing

@testable import Ledger

/// A ledger's segments and identities without its index and its tasks: the synchronous core, on any disk.
final class IdentityLedger {
    static let retention = IdentityRetention(horizon: 100 * IdentityLedger.hour, keep: nil)
    static let hour: Int64 = 3_600_000_000_000

    let directory: LedgerDirectory
    let limits: IdentityLimits
    let retention: IdentityRetention
    let segments: DirectoryStore
    private(set) var archive: IdentityArchive
    private(set) var recent: Deduplicator
    private(set) var horizon: IdentityHorizon
    /// Whether the opening made the runs again.
    let isDerived: Bool
    /// How many commits the opening read.
    let tailCommits: Int
    /// The identities that the commits hold, as the opening found them.
    let accepted: [EventIdentity]
    /// Where the source goes on, as the opening found it.
    let position: UInt64
    private let appender: Appender
    private var frozen: (table: IdentityTable, horizon: IdentityHorizon, mark: SegmentReader.Mark)?

    /// Opens what is there, with the watermark of its last commit.
    init(
        _ directory: LedgerDirectory, limits: IdentityLimits, retention: IdentityRetention = IdentityLedger.retention
    ) throws(LedgerError) {
        try directory.create()
        segments = DirectoryStore(directory)
        try segments.settle()
        self.directory = directory
        self.limits = limits
        self.retention = retention
        if try Segment.all(in: segments).isEmpty {
            let id = LedgerID(bytes: [UInt8](repeating: 7, count: 16))
            _ = try Segment(SegmentHeader(ledger: id, firstSeq: 1, epoch: 0, previous: .none), in: segments)
        }
        let scan = try LedgerScan(try Segment.all(in: segments), in: segments, after: nil)
        let epoch = max(scan.chain.epoch, try segments.epoch()) + 1
        try segments.fence(epoch)
        if let tail = scan.tail { try tail.remove(from: segments, epoch: epoch) }
        let isCut = scan.tail != nil && scan.end > UInt64(SegmentHeader.size)
        appender = Appender(
            try SegmentWriter(segments, scan, epoch: epoch, segmentBytes: 20_000, newSegment: isCut))
        var watermark: Timestamp?
        var accepted: [EventIdentity] = []
        var position: UInt64 = 0
        var reader = try SegmentReader(scan.segments, in: segments)
        while let entry = try reader.entry(upTo: scan.chain.seq) {
            guard case .commit(let commit) = entry.content else { continue }
            watermark = commit.watermark
            accepted += commit.identities
            if case .byte(let offset) = commit.partitions.first?.position { position = offset }
        }
        (self.accepted, self.position) = (accepted, position)
        let opening = try IdentityStore.open(
            directory, scan, in: segments, limits: limits, retention: retention, watermark: watermark)
        archive = IdentityArchive(opening.store)
        isDerived = opening.isDerived
        tailCommits = opening.tailCommits
        horizon = retention.horizon(watermark: watermark, prunedBefore: archive.prunedBefore)
        recent = Deduplicator()
        recent.insert(opening.tail)
    }

    /// What becomes of events; the accepted ones are appended with a watermark, in hours, and where their source goes on.
    func take(
        _ events: [EventIdentity], watermark: Int64, position: UInt64 = 0
    ) throws(LedgerError) -> [Admission.Outcome] {
        let batch = AttributedBatch(identities: events)
        let known = try archive.history.view.find(batch.events, within: horizon)
        let admission = recent.admit(batch, within: horizon, known: known)
        var commit = Commit(configuration: .none, tenants: .none)
        admission.appendIdentities(of: batch, to: &commit.identities)
        let partition = Partition(source: "s", id: "p", descriptor: [])
        commit.partitions = [PartitionState(partition: partition, position: .byte(position))]
        commit.watermark = Timestamp(nanoseconds: watermark * IdentityLedger.hour)
        let entry = try appender.writer.append(.commit(commit), time: Timestamp(nanoseconds: 0))
        horizon = retention.horizon(watermark: commit.watermark, prunedBefore: horizon.prunedBefore)
        if recent.recentCount >= limits.maximumEvents, !recent.isFrozen {
            frozen = (recent.freeze(), horizon, entry.mark)
        }
        return admission.outcomes
    }

    /// Writes what is frozen, if anything is.
    func flush() throws(LedgerError) {
        guard let frozen else { return }
        let events = frozen.table.sorted
        try archive.flush(events, through: LedgerFrame(mark: frozen.mark), within: frozen.horizon)
        recent.release()
        self.frozen = nil
    }

    /// Merges that many events, if there is something to merge.
    func compact(_ events: Int) throws(LedgerError) {
        _ = try archive.compact(events: events)
    }
}

/// Holds what cannot be copied.
private final class Appender {
    var writer: SegmentWriter

    init(_ writer: consuming SegmentWriter) {
        self.writer = writer
    }
}

extension AttributedBatch {
    /// A batch that has nothing but identities.
    init(identities: [EventIdentity]) {
        var events = EventBatch(
            records: RecordBatch(
                partition: Partition(source: "s", id: "p", descriptor: []),
                range: PositionRange(start: .byte(0), end: .byte(0)),
                bytes: [UInt8](repeating: 0, count: RecordBatch.padding), records: [], reachesEnd: false),
            digest: .none)
        events.record = identities.indices.map { UInt32($0) }
        events.identity = identities.map(\.identity)
        events.content = identities.map(\.content)
        events.time = identities.map { Timestamp(nanoseconds: Int64($0.hour) * IdentityLedger.hour) }
        self.init(events: events, tenant: identities.map { _ in 0 })
    }
}
