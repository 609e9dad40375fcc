import Execution
import UsageModel

/// Opens a ledger for writing: takes the lock, finds the end, cuts a torn tail, brings the index up to date.
struct LedgerOpening: ~Copyable, Sendable {
    let lock: LedgerLock
    let store: any SegmentStore
    let key: [UInt8]
    let scan: LedgerScan
    let index: LedgerIndex
    let report: RecoveryReport
    var writer: SegmentWriter

    /// Nothing is changed before all that has to be checked was checked.
    static func open(
        _ directory: LedgerDirectory, _ options: LedgerOptions
    ) throws(LedgerError) -> LedgerOpening {
        try directory.create()
        let lock = try LedgerLock.writer(directory)
        let indexLock = try LedgerLock.index(directory)
        try directory.removeLeftovers()
        let key = try key(in: directory)
        let store = DirectoryStore(directory)
        let segments = try segments(in: store, directory)
        let state = try LedgerIndex.reading(directory)?.stateAndClose()
        let scan = try LedgerScan(segments, in: store, after: LedgerIndex.mark(in: state, for: segments))
        try scan.check(against: state)
        var report = RecoveryReport()
        let epoch = max(scan.chain.epoch, try store.epoch()) + 1
        try store.fence(epoch)
        if let tail = scan.tail {
            try tail.remove(from: store, epoch: epoch)
            report.tornSegment = tail.segment.name
            report.tornOffset = tail.offset
            report.tornBytes = tail.length
        }
        // A segment that has lost its only frame goes on: the next one would have its name.
        let isCut = scan.tail != nil && scan.end > UInt64(SegmentHeader.size)
        let writer = try SegmentWriter(
            store, scan, epoch: epoch, segmentBytes: options.segmentBytes, newSegment: isCut)
        let index = try LedgerIndex.writing(directory)
        try index.catchUp(with: scan, in: store, report: &report)
        _ = consume indexLock
        return LedgerOpening(
            lock: lock, store: store, key: key, scan: scan, index: index, report: report, writer: writer)
    }

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
        in store: any SegmentStore, _ directory: LedgerDirectory
    ) throws(LedgerError) -> [Segment] {
        let segments = try Segment.all(in: store)
        guard segments.isEmpty else { return segments }
        if let state = try LedgerIndex.reading(directory)?.stateAndClose(), state.seq > 0 {
            throw .damaged(
                segment: "segments", offset: 0, message: "there are none, but the index knows \(state.seq) frames",
                advice: "restore them from a copy")
        }
        let header = SegmentHeader(ledger: .random(), firstSeq: 1, epoch: try store.epoch(), previous: .none)
        return [try Segment(header, in: store)]
    }
}

extension LedgerIndex {
    /// Reads how far the index has come, for a connection that is needed for no more.
    consuming func stateAndClose() throws(LedgerError) -> IndexState? {
        let state = try state()
        try close()
        return state
    }
}
