import Glibc
public import UsageModel

/// Reads a ledger: usage, status, quarantine, log, verification. Any number may, also beside the writer.
///
/// What it tells is the state of the index: where no writer is at work it is brought up to date first; beside a writer
/// it is at most a few commits behind. Every call blocks on the disk; a server calls it on an executor that may wait.
public struct LedgerReader: Sendable {
    let directory: LedgerDirectory
    let store: any SegmentStore
    let index: LedgerIndex

    /// Opens a ledger that is there.
    /// - Throws: ``LedgerError/missing(path:)`` when there is none, and
    ///   ``LedgerError/damaged(segment:offset:message:advice:)`` when the index lacks frames that cannot be read.
    public static func open(path: String) throws(LedgerError) -> LedgerReader {
        let directory = LedgerDirectory(path: path)
        try directory.requireSegments()
        let store = DirectoryStore(directory)
        try catchUp(directory, store)
        guard let index = try LedgerIndex.reading(directory), try index.state() != nil else {
            throw .index("\(directory.index) is being made by the writer; try again")
        }
        return LedgerReader(directory: directory, store: store, index: index)
    }

    /// What the ledger holds, in numbers.
    public func status() throws(LedgerError) -> LedgerStatus { try index.status() }

    /// How far each partition is committed, ordered by source and id.
    public func partitions() throws(LedgerError) -> [PartitionState] { try index.partitions() }

    /// Every meter that has usage. A meter whose aggregation or dimensions were changed is there once for each.
    public func meters() throws(LedgerError) -> [UsageDelta.MeterHeader] { try index.meters() }

    /// Usage of a meter by series, ordered by window, tenant and dimensions, each as bytes, absent first.
    ///
    /// - Parameters:
    ///   - tenant: one tenant's only.
    ///   - from: only windows that start at or after it.
    ///   - to: only windows that start before it.
    public func usage(
        meter: String, tenant: ByteString? = nil, from: Timestamp? = nil, to: Timestamp? = nil
    ) throws(LedgerError) -> [UsageRow] {
        var rows: [UsageRow] = []
        try forEachUsage(meter: meter, tenant: tenant, from: from, to: to) { rows.append($0) }
        return rows
    }

    /// The same as ``usage(meter:tenant:from:to:)``, row by row. What `body` throws ends it, as an index error.
    public func forEachUsage(
        meter: String, tenant: ByteString? = nil, from: Timestamp? = nil, to: Timestamp? = nil,
        _ body: (UsageRow) throws -> Void
    ) throws(LedgerError) {
        try index.forEachUsage(meter: meter, tenant: tenant, from: from, to: to, body)
    }

    /// Every rejected or conflicting record, in the order of the ledger.
    public func forEachQuarantined(_ body: (QuarantineRow) throws -> Void) throws(LedgerError) {
        try index.forEachQuarantined(body)
    }

    /// Every commit, the oldest first.
    public func forEachCommit(_ body: (CommitSummary) throws -> Void) throws(LedgerError) {
        try index.forEachCommit(body)
    }

    /// The text of a configuration or a tenant table that commits name; `nil` when the ledger has no such document.
    public func document(_ digest: Digest256) throws(LedgerError) -> [UInt8]? {
        guard let place = try index.place(of: digest) else { return nil }
        let segments = try Segment.all(in: store)
        guard let entry = try SegmentReader.entry(in: place.segment, at: place.offset, of: segments, in: store),
            case .document(let document) = entry.content, document.digest == digest
        else { throw .damage(in: place.segment, at: place.offset, "document \(digest) is not there") }
        return document.bytes
    }

    /// Gives the index what it lacks, where no writer does so. Where it may not be written, it is read as it is; and where
    /// it holds more than the segments, only the next writer may decide what to do.
    private static func catchUp(_ directory: LedgerDirectory, _ store: any SegmentStore) throws(LedgerError) {
        guard unsafe access(directory.path, W_OK) == 0 else { return }
        let lock = try LedgerLock.index(directory)
        if LedgerLock.hasWriter(directory) { return }
        // The index must not know a frame that could still be lost.
        try store.settle()
        let segments = try Segment.all(in: store)
        let state = try LedgerIndex.reading(directory)?.stateAndClose()
        let scan = try LedgerScan(segments, in: store, after: LedgerIndex.mark(in: state, for: segments))
        if let state, state.matches(scan) || state.ledger == scan.ledger && state.seq > scan.chain.seq { return }
        let index = try LedgerIndex.writing(directory)
        var report = RecoveryReport()
        try index.catchUp(with: scan, in: store, report: &report)
        try index.close()
        _ = consume lock
    }
}
