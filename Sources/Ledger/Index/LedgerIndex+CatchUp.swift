import UsageModel

extension LedgerIndex {
    /// The frame after which the segments have to be checked: the index's last, where it belongs to this ledger.
    static func mark(in state: IndexState?, for segments: [Segment]) -> SegmentReader.Mark? {
        guard let state, state.ledger == segments.first?.header.ledger else { return nil }
        return state.applied
    }

    /// Applies the frames that the index lacks; makes it again when it does not match the segments.
    func catchUp(
        with scan: LedgerScan, in store: any SegmentStore, report: inout RecoveryReport
    ) throws(LedgerError) {
        let state = try state()
        if let state, state.matches(scan) { return }
        if let state, state.ledger == scan.ledger {
            if let mark = state.applied, var reader = try SegmentReader.after(mark, of: scan.segments, in: store) {
                report.framesReplayed = try apply(&reader, of: scan, startingOver: false)
                return
            }
        }
        var reader = try SegmentReader(scan.segments, in: store)
        report.framesReplayed = try apply(&reader, of: scan, startingOver: true)
        report.indexRebuilt = report.framesReplayed > 0
    }

    private func apply(
        _ reader: inout SegmentReader, of scan: LedgerScan, startingOver: Bool
    ) throws(LedgerError) -> UInt64 {
        let first = reader.chain.seq
        try apply(to: scan.ledger, startingOver: startingOver) { apply in
            while let entry = try reader.entry(upTo: scan.chain.seq) { try apply(entry) }
        }
        return reader.chain.seq - first
    }
}

extension SegmentReader {
    /// The next frame's entry, or `nil` when `seq` has been read.
    mutating func entry(upTo seq: UInt64) throws(LedgerError) -> LedgerEntry? {
        guard chain.seq < seq else { return nil }
        switch try next() {
        case .frame(let frame, let segment, let offset):
            return try LedgerEntry(checking: frame, segment: segment.name, offset: offset)
        case .broken(let broken): throw broken.error
        case .end: return nil
        }
    }

    /// The entry of the frame at a place; `nil` when none stands there.
    static func entry(
        in segment: String, at offset: UInt64, of segments: [Segment], in store: any SegmentStore
    ) throws(LedgerError) -> LedgerEntry? {
        guard let index = segments.firstIndex(where: { $0.name == segment }) else { return nil }
        let reader = try SegmentReader(segments, in: store, at: index, offset: offset, chain: Chain())
        guard let frame = try reader.frame() else { return nil }
        return try LedgerEntry(checking: frame, segment: segment, offset: offset)
    }
}
