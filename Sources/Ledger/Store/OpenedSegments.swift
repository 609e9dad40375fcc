import UsageModel

/// The segments of a ledger, checked and ready to be appended to, and the secret key beside them.
///
/// It is all of an opening but for the lock and the index, and uses the disk for nothing that is not in `Disk`: so that
/// a simulated disk can lose its power at every step.
struct OpenedSegments: ~Copyable, Sendable {
    let key: [UInt8]
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
        let key = try key(in: directory)
        let store = DirectoryStore(directory)
        try store.settle()
        let segments = try segments(in: store, knownBy: state)
        let scan = try LedgerScan(segments, in: store, after: LedgerIndex.mark(in: state, for: segments))
        try scan.check(against: state)
        let epoch = max(scan.chain.epoch, try store.epoch()) + 1
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

    /// The key that identities are made with, drawn when the ledger is made. Without it no repeat would be found.
    private static func key(in directory: LedgerDirectory) throws(LedgerError) -> [UInt8] {
        if let key = try directory.contents(of: directory.key) {
            guard key.count == 16 else {
                throw .damaged(
                    segment: "key", offset: 0, message: "it has \(key.count) bytes, not 16",
                    advice: "restore it from a copy")
            }
            return key
        }
        guard try directory.segmentNames().isEmpty else {
            throw .damaged(
                segment: "key", offset: 0, message: "it is missing, and without it no repeated event is found",
                advice: "restore it from a copy")
        }
        var generator = SystemRandomNumberGenerator()
        let key = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
        try directory.createAtomically("key", in: directory.path, bytes: key, mode: 0o600)
        return key
    }

    /// The segments, the first one made now when there is none.
    private static func segments(
        in store: any SegmentStore, knownBy state: IndexState?
    ) throws(LedgerError) -> [Segment] {
        let segments = try Segment.all(in: store)
        guard segments.isEmpty else { return segments }
        if let state, state.seq > 0 {
            throw .damaged(
                segment: "segments", offset: 0, message: "there are none, but the index knows \(state.seq) frames",
                advice: "restore them from a copy")
        }
        let header = SegmentHeader(ledger: .random(), firstSeq: 1, epoch: try store.epoch(), previous: .none)
        return [try Segment(header, in: store)]
    }
}
