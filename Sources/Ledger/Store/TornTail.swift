import UsageModel

/// What a crash left at the very end of the last segment: bytes of a frame that was never acknowledged.
struct TornTail: Sendable {
    var segment: Segment
    /// Where the last whole frame ends.
    var offset: UInt64
    /// Without the zeros at the end, which were there before.
    var length: UInt64
    /// What stood there instead of a frame.
    var message: String

    /// Tells a torn tail from damage: a tail is the end, so no frame may begin anywhere after the break.
    ///
    /// A frame names in its durable floor the last frame that was durable when it was written. So a header behind the
    /// break with a floor at or above the broken frame proves that what broke had been acknowledged. And the header of the broken
    /// frame itself, found behind the break, proves that bytes came in between or were lost.
    /// - Throws: ``LedgerError/damaged(segment:offset:message:advice:)`` when it is not a torn tail.
    init(
        _ break: SegmentReader.Break, after chain: Chain, ledger: LedgerID, in store: any SegmentStore
    ) throws(LedgerError) {
        guard `break`.mayBeTorn else { throw `break`.error }
        let bytes = try store.open(`break`.segment.name)
        let end = try bytes.endOfData(from: `break`.offset, to: bytes.size())
        let start = `break`.offset
        let next = try FrameHeader.first(in: bytes, from: start, to: end, of: ledger) { header, place in
            let isDisplaced = header.seq == chain.seq + 1 && place > start
            return isDisplaced || header.durableFloor > chain.seq
        }
        if let next {
            var error = `break`
            error.message += "; yet behind it a frame stands at byte \(next)"
            throw error.error
        }
        segment = `break`.segment
        offset = `break`.offset
        length = end - `break`.offset
        message = `break`.message
    }

    /// Has the store keep a copy of the tail, and cut it off.
    func remove(from store: any SegmentStore, epoch: UInt64) throws(LedgerError) {
        let bytes = try store.open(segment.name).read(at: offset, count: Int(length))
        try store.cut(segment.name, at: offset, keeping: bytes, epoch: epoch)
    }
}
