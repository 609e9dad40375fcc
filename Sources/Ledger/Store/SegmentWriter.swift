import UsageModel

/// Appends frames to the last segment, and begins a new one when it is full.
///
/// A frame counts only when `append` has returned. After a failed call nobody knows what the disk holds, so every
/// later one fails too: the next opening finds out.
struct SegmentWriter: ~Copyable, Sendable {
    private let store: any SegmentStore
    private let ledger: LedgerID
    let epoch: UInt64
    private let segmentBytes: UInt64
    private(set) var chain: Chain
    private var segment: Segment
    private var end: UInt64
    private var poison: LedgerError?

    /// Goes on at the end of the last segment, or in a new one.
    init(
        _ store: any SegmentStore, _ scan: LedgerScan, epoch: UInt64, segmentBytes: UInt64, newSegment: Bool
    ) throws(LedgerError) {
        var segment = scan.segments[scan.segments.count - 1]
        if newSegment {
            let (next, last) = (scan.chain.seq + 1, scan.chain.hash)
            segment = try Segment(
                SegmentHeader(ledger: scan.ledger, firstSeq: next, epoch: epoch, previous: last), in: store)
        }
        self.store = store
        self.ledger = scan.ledger
        self.epoch = epoch
        self.segmentBytes = segmentBytes
        self.chain = scan.chain
        self.segment = segment
        self.end = newSegment ? UInt64(SegmentHeader.size) : scan.end
    }

    /// Writes one frame; when it returns, the frame is durable.
    mutating func append(
        _ content: LedgerEntry.Content, time: Timestamp
    ) throws(LedgerError) -> LedgerEntry {
        if let poison { throw .poisoned(cause: poison.description) }
        let (kind, payload): (FrameHeader.Kind, [UInt8]) =
            switch content {
            case .commit(let commit): (.commit, try CommitCodec.encode(commit))
            case .document(let document): (.document, document.encoded())
            case .seal(let seal): (.seal, SealCodec.encode(seal))
            }
        if case .seal(let seal) = content, seal.asOf != chain.seq {
            throw .invalidCommit("a seal as of frame \(seal.asOf) cannot follow frame \(chain.seq)")
        }
        guard payload.count <= FrameHeader.maximumPayload else { throw .invalidCommit("it is larger than 1 GiB") }
        let seq = chain.seq + 1
        let (bytes, hash) = Frame.encode(
            kind: kind, payload: payload, seq: seq, epoch: epoch, durableFloor: chain.seq, time: time,
            previous: chain.hash, in: ledger)
        do {
            if end > UInt64(SegmentHeader.size), end + UInt64(bytes.count) > segmentBytes { try rotate() }
            try store.append(bytes, to: segment.name, at: end, epoch: epoch)
        } catch {
            poison = error
            throw error
        }
        let entry = LedgerEntry(
            seq: seq, epoch: epoch, time: time, hash: hash, segment: segment.name, offset: end,
            size: UInt64(bytes.count), content: content)
        end += UInt64(bytes.count)
        chain = entry.chain
        return entry
    }

    private mutating func rotate() throws(LedgerError) {
        try store.seal(segment.name, at: end, epoch: epoch)
        segment = try Segment(
            SegmentHeader(ledger: ledger, firstSeq: chain.seq + 1, epoch: epoch, previous: chain.hash), in: store)
        end = UInt64(SegmentHeader.size)
    }
}
