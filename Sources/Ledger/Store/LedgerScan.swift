import UsageModel

/// What reading a ledger's segments to their end gave, before anything is changed.
struct LedgerScan: Sendable {
    var segments: [Segment]
    /// The last whole frame.
    var chain: Chain
    /// Where the last segment's whole frames end.
    var end: UInt64
    var tail: TornTail?

    var ledger: LedgerID { segments[0].header.ledger }

    /// Checks every frame after `mark`, or all where there is none or it does not hold.
    /// - Throws: ``LedgerError/damaged(segment:offset:message:advice:)`` where a frame is broken that was acknowledged.
    init(
        _ segments: [Segment], in store: any SegmentStore, after mark: SegmentReader.Mark?
    ) throws(LedgerError) {
        self.segments = segments
        if let mark, var reader = try SegmentReader.after(mark, of: segments, in: store) {
            (chain, end, tail) = try LedgerScan.finish(&reader, segments, in: store)
        } else {
            var reader = try SegmentReader(segments, in: store)
            (chain, end, tail) = try LedgerScan.finish(&reader, segments, in: store)
        }
        // A writer that appended nothing leaves its epoch in no frame, but perhaps in the segment that it made.
        chain.epoch = max(chain.epoch, segments[segments.count - 1].header.epoch)
    }

    /// Halts where the index holds frames that the segments do not: they were durable before the index was given them, so
    /// what looks like a torn tail, or like no more frames at all, is damage.
    func check(against state: IndexState?) throws(LedgerError) {
        guard let state, state.ledger == ledger, state.seq > chain.seq else { return }
        throw .damaged(
            segment: segments[segments.count - 1].name, offset: end,
            message: "the segments end with frame \(chain.seq), but the index knows frame \(state.seq):"
                + " \(state.seq - chain.seq) commits or documents that were durable are lost",
            advice: "restore this segment from a copy; or, to have the sources of what is lost read again,"
                + " delete index.sqlite")
    }

    /// The epoch of the next writer: above every one that the frames and the store know.
    /// - Throws: damage, where there is none above; no writer comes that far by counting.
    func nextEpoch(after known: UInt64) throws(LedgerError) -> UInt64 {
        let (epoch, overflow) = max(chain.epoch, known).addingReportingOverflow(1)
        if overflow { throw .damage(in: segments[segments.count - 1].name, at: end, "no epoch is left for a writer") }
        return epoch
    }

    private static func finish(
        _ reader: inout SegmentReader, _ segments: [Segment], in store: any SegmentStore
    ) throws(LedgerError) -> (Chain, UInt64, TornTail?) {
        while true {
            switch try reader.next() {
            case .frame: continue
            case .end: return (reader.chain, reader.offset, nil)
            case .broken(let broken):
                let tail = try TornTail(
                    broken, after: reader.chain, ledger: segments[0].header.ledger, in: store)
                return (reader.chain, reader.offset, tail)
            }
        }
    }
}
