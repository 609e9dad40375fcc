import UsageModel

/// The segments of a ledger, checked and ready to be appended to, and the secret key beside them.
///
/// It is all of an opening but for the lock and the index, and uses the disk for nothing that is not in `Disk`: so that
/// a simulated disk can lose its power at every step.
struct OpenedSegments: ~Copyable, Sendable {
    let key: LedgerKey
    let store: any SegmentStore
    let scan: LedgerScan
    let report: RecoveryReport
    var writer: SegmentWriter

    /// Nothing is changed before all that has to be checked was checked.
    /// - Parameter state: how far the index has come, so that only what follows is read; `nil` without an index.
    static func open(
        _ directory: LedgerDirectory, segmentBytes: UInt64, knownBy state: IndexState?
    ) throws(LedgerError) -> OpenedSegments {
        try directory.removeLeftovers()
        let store = DirectoryStore(directory)
        try store.settle()
        let (segments, key) = try segmentsAndKey(in: store, directory, knownBy: state)
        let scan = try LedgerScan(segments, in: store, after: LedgerIndex.mark(in: state, for: segments))
        try scan.check(against: state)
        let epoch = try scan.nextEpoch(after: store.epoch())
        try store.fence(epoch)
        var report = RecoveryReport()
        if let tail = scan.tail {
            try tail.remove(from: store, epoch: epoch)
            report.tornSegment = tail.segment.name
            report.tornOffset = tail.offset
            report.tornBytes = tail.length
        }
        // A segment that has lost its only frame goes on: the next one would have its name.
        let isCut = scan.tail != nil && scan.end > UInt64(SegmentHeader.size)
        let writer = try SegmentWriter(
            store, scan, epoch: epoch, segmentBytes: segmentBytes, newSegment: isCut)
        return OpenedSegments(key: key, store: store, scan: scan, report: report, writer: writer)
    }

    /// The writer alone, for who needs no more.
    consuming func takeWriter() -> SegmentWriter { writer }

    /// The segments and the key that belongs to them, both made now where there is no segment.
    private static func segmentsAndKey(
        in store: any SegmentStore, _ directory: LedgerDirectory, knownBy state: IndexState?
    ) throws(LedgerError) -> ([Segment], LedgerKey) {
        let segments = try Segment.all(in: store)
        if let first = segments.first { return (segments, try LedgerKey.read(first.header.ledger, in: directory)) }
        // What an earlier writer left says that segments are lost: a new ledger in their place would hide that.
        let epoch = try store.epoch()
        let known = state?.seq ?? 0
        if epoch > 0 || known > 0 {
            throw .damaged(
                segment: "segments", offset: 0,
                message: "there are none, but \(epoch) writers have been here, and the index knows \(known) frames",
                advice: "restore them from a copy; or, to begin anew, delete the whole ledger")
        }
        let header = SegmentHeader(ledger: .random(), firstSeq: 1, epoch: epoch, previous: .none)
        let key = try LedgerKey.make(for: header.ledger, in: directory)
        return ([try Segment(header, in: store)], key)
    }
}
