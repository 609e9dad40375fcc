import UsageModel

/// One segment, with its header read and checked.
struct Segment: Sendable {
    var name: String
    var header: SegmentHeader

    /// The segments of a ledger in order, their headers whole and following each other.
    /// - Throws: ``LedgerError/damaged(segment:offset:message:advice:)`` where they do not.
    static func all(in store: any SegmentStore) throws(LedgerError) -> [Segment] {
        var segments: [Segment] = []
        for name in try store.list() {
            let segment = try Segment(name: name, in: store)
            func damaged(_ message: String) -> LedgerError { .damage(in: segment.name, at: 0, message) }
            if LedgerDirectory.segmentName(firstSeq: segment.header.firstSeq) != name {
                throw damaged("its header says that its first frame is \(segment.header.firstSeq)")
            }
            if let last = segments.last?.header {
                if last.ledger != segment.header.ledger { throw damaged("it belongs to another ledger") }
                if last.epoch > segment.header.epoch { throw damaged("its writer is older than the segment before") }
            } else if segment.header.firstSeq != 1 {
                throw damaged("the segments before it are missing")
            } else if segment.header.previous != .none {
                throw damaged("it is the first, yet it follows a frame")
            }
            segments.append(segment)
        }
        return segments
    }

    init(name: String, in store: any SegmentStore) throws(LedgerError) {
        self.name = name
        let bytes = try store.open(name).read(at: 0, count: SegmentHeader.size)
        do {
            header = try SegmentHeader.decode(bytes)
        } catch {
            throw .damage(in: name, at: UInt64(error.offset), error.message)
        }
    }

    /// Makes a new segment.
    init(_ header: SegmentHeader, in store: any SegmentStore) throws(LedgerError) {
        name = LedgerDirectory.segmentName(firstSeq: header.firstSeq)
        self.header = header
        try store.create(name, beginning: header.encoded(), epoch: header.epoch)
    }
}

extension LedgerError {
    /// Damage of a segment, with the one advice there is: one disk can tell that it lost something, not get it back.
    static func damage(in segment: String, at offset: UInt64, _ message: String) -> LedgerError {
        .damaged(
            segment: segment, offset: offset, message: message,
            advice: "restore this segment from a copy, then run `odometer ledger verify`")
    }
}
