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
    init(_ segments: [Segment], after mark: SegmentReader.Mark?) throws(LedgerError) {
        self.segments = segments
        if let mark, var reader = try SegmentReader.after(mark, in: segments) {
            (chain, end, tail) = try LedgerScan.finish(&reader, segments)
        } else {
            var reader = try SegmentReader(segments)
            (chain, end, tail) = try LedgerScan.finish(&reader, segments)
        }
        // A writer that appended nothing leaves its epoch in no frame, but perhaps in the segment that it made.
        chain.epoch = max(chain.epoch, segments[segments.count - 1].header.epoch)
    }

    private static func finish(
        _ reader: inout SegmentReader, _ segments: [Segment]
    ) throws(LedgerError) -> (Chain, UInt64, TornTail?) {
        while true {
            switch try reader.next() {
            case .frame: continue
            case .end: return (reader.chain, reader.offset, nil)
            case .broken(let broken):
                let tail = try TornTail(broken, after: reader.chain, ledger: segments[0].header.ledger)
                return (reader.chain, reader.offset, tail)
            }
        }
    }
}
