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

    /// The ledger as it was with its first frames, up to `seq`.
    ///
    /// Its index is made again of these frames, in a temporary file. O(frames up to `seq`).
    /// - Throws: ``LedgerError/noFrame(seq:last:)`` when it has fewer frames.
    public func asOf(_ seq: UInt64) throws(LedgerError) -> LedgerReader {
        let segments = try Segment.all(in: store)
        let last = try index.state()?.seq ?? 0
        guard seq <= last else { throw .noFrame(seq: seq, last: last) }
        var reader = try SegmentReader(segments, in: store)
        let index = try LedgerIndex.temporary()
        try index.apply(to: segments[0].header.ledger, startingOver: true) { apply in
            while let entry = try reader.entry(upTo: seq) { try apply(entry.withoutIdentities) }
        }
        return LedgerReader(directory: directory, store: store, index: index)
    }

    /// What the ledger holds, in numbers.
    public func status() throws(LedgerError) -> LedgerStatus { try index.status() }

    /// How far each partition is committed, ordered by source and id.
    public func partitions() throws(LedgerError) -> [PartitionState] { try index.partitions() }

    /// The versions of a meter, or of all meters by their names, each name's in the order in which they came up.
    public func meterVersions(of name: String? = nil) throws(LedgerError) -> [MeterVersion] {
        try index.meterVersions(of: name)
    }

    /// Goes through the usage of a selection, piece by piece; what a closure throws ends it, as an index error.
    ///
    /// - Parameters:
    ///   - tag: what the caller knows a series by, of its version, its tenant and its dimensions; `nil` leaves it out.
    ///   - body: called with each piece. A window of a series comes in several where it is no number, one after the other;
    ///     readings come series by series and in the order of windows, with the last window before the selection first.
    /// - Complexity: the rows of the tenants that are named and of the period; without tenants those of the meter.
    public func scan(
        _ selection: UsageSelection, tag: (MeterVersion, ByteString, [ByteString?]) throws -> Int?,
        _ body: (UsagePiece) throws -> Void
    ) throws(LedgerError) {
        try index.scan(selection, tag: tag, body)
    }

    /// Usage of a meter by series, ordered by window, tenant and dimensions, each as bytes, absent first.
    ///
    /// - Parameters:
    ///   - tenant: one tenant's only.
    ///   - from: only windows that start at or after it.
    ///   - to: only windows that start before it.
    public func usage(
        meter: String, tenant: ByteString? = nil, from: Timestamp? = nil, to: Timestamp? = nil
    ) throws(LedgerError) -> [UsageRow] {
        let selection = UsageSelection(
            versions: try meterVersions(of: meter), tenants: tenant.map { [$0] }, from: from, to: to)
        return try usage(of: selection)
    }

    /// The same of a selection.
    public func usage(of selection: UsageSelection) throws(LedgerError) -> [UsageRow] {
        var names: [(MeterVersion, ByteString, [ByteString?])] = []
        var rows: [UsageRow] = []
        try scan(selection) { version, tenant, dimensions in
            names.append((version, tenant, dimensions))
            return names.count - 1
        } _: { piece in
            if piece.isBefore { return }
            let (version, tenant, dimensions) = names[piece.tag]
            var row = UsageRow(
                meter: version.header, window: piece.window, tenant: tenant, dimensions: dimensions,
                aggregate: piece.aggregate)
            if let last = rows.last, last.window == row.window, last.tenant == tenant, last.dimensions == dimensions,
                last.meter == row.meter
            {
                row.aggregate = try last.aggregate.merged(with: piece.aggregate)
                rows.removeLast()
            }
            rows.append(row)
        }
        return rows.sorted()
    }

    /// The first commit that took something in; `nil` before there is one.
    public func firstSeq() throws(LedgerError) -> UInt64? { try index.firstSeq() }

    /// What frames changed in windows that had been closed, the oldest first.
    public func forEachCorrection(_ body: (CorrectionRow) throws -> Void) throws(LedgerError) {
        try index.forEachCorrection(body)
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
