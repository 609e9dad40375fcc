import UsageModel

/// The last frame of a ledger, which the next one has to follow.
struct Chain: Sendable, Hashable {
    /// Its sequence number; 0 before the first frame.
    var seq: UInt64 = 0
    var epoch: UInt64 = 0
    var hash = Digest256.none

    /// What is wrong with a frame as the next one; `nil` when it follows.
    func fault(of next: FrameHeader) -> String? {
        if next.seq != seq + 1 { return "frame \(next.seq) stands where frame \(seq + 1) should" }
        if next.previous != hash { return "frame \(next.seq) does not follow the frame before it: their hashes differ" }
        if next.epoch < epoch { return "frame \(next.seq) is of an older writer than the frame before it" }
        return nil
    }

    /// What is wrong with a segment as the next one; `nil` when it follows.
    func fault(of next: SegmentHeader) -> String? {
        if next.firstSeq != seq + 1 { return "the segment begins with frame \(next.firstSeq), not \(seq + 1)" }
        if next.previous != hash { return "the segment does not follow the one before it: their hashes differ" }
        if next.epoch < epoch { return "the segment is of an older writer than the frame before it" }
        return nil
    }
}
