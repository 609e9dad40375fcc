import UsageModel

/// Reads all frames of a ledger again, and gathers what they say: an index, and the log of statements.
struct LedgerVerification: ~Copyable {
    /// An index that is made anew, of the frames that were read so far.
    let index: LedgerIndex
    var report: VerifyReport

    private let store: any SegmentStore
    private var reader: SegmentReader
    private var audit: LogAudit?

    /// Whether it met damage, behind which nothing is read.
    private(set) var isBroken = false

    /// The last frame that was read.
    var lastSeq: UInt64 { reader.chain.seq }

    init(
        _ segments: [Segment], in store: any SegmentStore, _ report: VerifyReport, _ audit: LogAudit?
    ) throws(LedgerError) {
        var report = report
        report.segments = segments.count
        report.bytes = UInt64(SegmentHeader.size * segments.count)
        for segment in segments { report.totalBytes += try store.open(segment.name).size() }
        let index = try LedgerIndex.temporary()
        let reader = try SegmentReader(segments, in: store)
        self.index = index
        self.reader = reader
        self.store = store
        self.report = report
        self.audit = audit
    }

    /// Reads frames up to a number, or to the end. Damage is a problem of the report, and ends it.
    mutating func read(upTo limit: UInt64, _ progress: (UInt64, UInt64) -> Void) throws(LedgerError) {
        if isBroken { return }
        do {
            try index.apply(to: reader.ledger, startingOver: reader.chain.seq == 0) { apply in
                while reader.chain.seq < limit, let entry = try next() {
                    report.count(entry)
                    try apply(entry)
                    try audit?.take(entry)
                    progress(report.bytes, report.totalBytes)
                }
            }
        } catch {
            guard case .damaged = error else { throw error }
            report.problems.append(error.description)
            isBroken = true
        }
    }

    private mutating func next() throws(LedgerError) -> LedgerEntry? {
        switch try reader.next() {
        case .frame(let frame, let segment, let offset):
            return try LedgerEntry(checking: frame, segment: segment.name, offset: offset)
        case .broken(let broken):
            report.tornTailBytes = try TornTail(broken, after: reader.chain, ledger: reader.ledger, in: store).length
            return nil
        case .end:
            return nil
        }
    }

    /// Ends the comparison with the log, when all frames were read.
    mutating func finish() throws(LedgerError) -> VerifyReport {
        if isBroken { return report }
        report.statements = audit?.size ?? 0
        report.problems += try audit?.problems() ?? []
        return report
    }
}

extension VerifyReport {
    fileprivate mutating func count(_ entry: LedgerEntry) {
        frames += 1
        bytes += entry.size
        switch entry.content {
        case .commit: commits += 1
        case .document: documents += 1
        case .seal: seals += 1
        }
    }
}
