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
        if let next = try TornTail.laterFrame(
            in: bytes, from: `break`.offset, to: end, chain: chain, ledger: ledger)
        {
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

    /// Where the first plausible frame header lies, at any byte: lost bytes may have shifted all that follow.
    private static func laterFrame(
        in stored: any StoredBytes, from start: UInt64, to end: UInt64, chain: Chain, ledger: LedgerID
    ) throws(LedgerError) -> UInt64? {
        let chunk = 1 << 20
        var base = start
        while base + UInt64(FrameHeader.size) <= end {
            let bytes = try stored.read(at: base, count: chunk + FrameHeader.size - 1)
            var index = 0
            while index + FrameHeader.size <= bytes.count {
                if bytes[index] == FrameHeader.magic[0], bytes[index + 1] == FrameHeader.magic[1],
                    let header = try? FrameHeader.decode(Array(bytes[index..<index + FrameHeader.size]), in: ledger)
                {
                    let place = base + UInt64(index)
                    let isDisplaced = header.seq == chain.seq + 1 && place > start
                    if isDisplaced || header.durableFloor > chain.seq { return place }
                }
                index += 1
            }
            base += UInt64(chunk)
        }
        return nil
    }
}
