import UsageModel

@testable import Ledger

/// Whatever lies in the segments, opening a ledger halts, or goes on behind every whole frame there is.
enum RecoveryTarget {
    static func run(_ input: FuzzInput) {
        var input = input
        var isForged = true
        let segments: [(name: String, bytes: [UInt8])]
        if input.byte() & 1 == 0 {
            let mutation = LedgerMutation(&input)
            segments = mutation.ledger.segments
            isForged = mutation.isForged
        } else {
            segments = raw(&input)
        }
        if segments.isEmpty { return }
        let walk = FrameWalk(segments)
        if !isForged { claim(isPrefix(walk.hashes), "a frame is whole that nobody wrote") }
        let store = MemoryStore(.init(segments: Dictionary(uniqueKeysWithValues: segments.map { ($0.name, $0.bytes) })))
        do {
            try recover(store, walk)
        } catch {
            guard case .damaged = error else { fatalError("a ledger in memory fails with \(error)") }
        }
    }

    /// The input itself as up to two segments, their headers made right so that the frames are looked at.
    private static func raw(_ input: inout FuzzInput) -> [(name: String, bytes: [UInt8])] {
        let first = input.take(input.number(below: 4_096))
        return [first, input.rest()].filter { !$0.isEmpty }.enumerated().map { index, frames in
            var header = SegmentHeader(
                ledger: FrameTarget.ledger, firstSeq: 1, epoch: UInt64(index), previous: .none)
            header.firstSeq += UInt64(index)
            return (LedgerDirectory.segmentName(firstSeq: header.firstSeq), header.encoded() + frames)
        }
    }

    private static func isPrefix(_ hashes: [[UInt8]]) -> Bool {
        let whole = SampleLedger.whole
        let written = whole.frames.map { Array(whole.segments[$0.segment].bytes[$0.range].suffix(32)) }
        return written.starts(with: hashes)
    }

    /// What an opening does, with the walk as the second opinion on each step.
    private static func recover(_ store: MemoryStore, _ walk: FrameWalk) throws(LedgerError) {
        let before = store.contents
        let scan: LedgerScan
        do {
            scan = try LedgerScan(try Segment.all(in: store), in: store, after: nil)
        } catch {
            claim(walk.end == .damaged, "a sound ledger halts: \(error)")
            claim(store.contents.segments == before.segments, "an opening that halts has changed something")
            throw error
        }
        claim(walk.end != .damaged, "a damaged ledger opens")
        claim(scan.chain.seq == UInt64(walk.hashes.count), "\(scan.chain.seq) frames of \(walk.hashes.count) are found")
        claim(scan.chain.hash.bytes == walk.hashes.last ?? Digest256.none.bytes, "the last frame is another one")
        let torn = scan.tail.map { FrameWalk.End.torn(offset: Int($0.offset), length: Int($0.length)) }
        claim(torn ?? .clean == walk.end, "the end is \(walk.end), not \(String(describing: torn))")
        let epoch = try scan.nextEpoch(after: store.epoch())
        try store.fence(epoch)
        try scan.tail?.remove(from: store, epoch: epoch)
        if case .torn(let offset, let length) = walk.end, let name = scan.segments.last?.name {
            let bytes = before.segments[name] ?? []
            claim(
                store.contents.quarantine["\(name)-\(offset)"] == Array(bytes[offset..<offset + length]),
                "what was cut off is not kept")
        }
        let isCut = scan.tail != nil && scan.end > UInt64(SegmentHeader.size)
        var writer = try SegmentWriter(store, scan, epoch: epoch, segmentBytes: 500, newSegment: isCut)
        for number in 1...2 as ClosedRange<UInt64> {
            _ = try writer.append(.commit(SampleLedger.commit(number)), time: Timestamp(nanoseconds: 0))
        }
        readAgain(store, after: walk)
    }

    private static func readAgain(_ store: MemoryStore, after walk: FrameWalk) {
        let contents = store.contents
        let again = FrameWalk(contents.segments.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        claim(again.end == .clean, "a ledger that was recovered does not end cleanly")
        claim(again.hashes.count == walk.hashes.count + 2, "a commit behind a recovery is not found")
        claim(again.hashes.starts(with: walk.hashes), "a recovery has changed the frames before it")
        guard let segments = try? Segment.all(in: store),
            let scan = try? LedgerScan(segments, in: store, after: nil)
        else { fatalError("a ledger that was recovered does not open") }
        claim(scan.tail == nil && scan.chain.seq == UInt64(again.hashes.count), "a recovery has to be made again")
        // What the frames say is a value or damage, never a trap.
        guard var reader = try? SegmentReader(segments, in: store) else { return }
        while (try? reader.entry(upTo: scan.chain.seq)) != nil {}
    }
}
