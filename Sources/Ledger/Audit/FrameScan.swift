/// Goes through the frames of a ledger's segments whatever became of them: behind damage it goes on with the next header that
/// is whole.
///
/// It is for audits, which are to say what is wrong in all of the ledger. Whoever goes on from what a ledger says uses
/// ``SegmentReader``, which ends at the first fault.
struct FrameScan: ~Copyable {
    /// A frame whose header is whole.
    struct Found: Sendable {
        var header: FrameHeader
        /// `nil` where its payload is not what the header says.
        var frame: Frame?
        /// What is wrong with its payload.
        var fault: String?
        var segment: String
        var offset: UInt64
    }

    /// Bytes that are no frame.
    struct Lost: Sendable {
        var segment: String
        var offset: UInt64
        var message: String
    }

    enum Step: Sendable {
        /// A segment begins, with a header that is whole.
        case segment(SegmentHeader, name: String)
        case found(Found)
        case lost(Lost)
    }

    private let store: any SegmentStore
    private let ledger: LedgerID
    private var names: ArraySlice<String>
    private var segment = ""
    private var bytes: (any StoredBytes)?
    private var size: UInt64 = 0
    private var offset: UInt64 = 0
    /// Where the next frame may begin, if no frame stands at ``offset``.
    private var searchFrom: UInt64 = 0
    /// Where the last segment's bytes end, once it was looked for.
    private var dataEnd: UInt64?

    /// - Parameter ledger: the id that the frames have to be of.
    init(_ names: [String], of ledger: LedgerID, in store: any SegmentStore) {
        self.names = names[...]
        self.ledger = ledger
        self.store = store
    }

    /// The next frame, or the next bytes that are none; `nil` behind the last one.
    /// - Complexity: the bytes of the frame; where none follows, those up to the next one.
    mutating func next() throws(LedgerError) -> Step? {
        while true {
            guard let bytes, offset < size else {
                guard let name = names.popFirst() else { return nil }
                return try open(name)
            }
            let end = try endOfData(in: bytes)
            if offset >= end {
                // The room that is made ahead of the frames that are to come.
                offset = size
                continue
            }
            let step = try frame(in: bytes)
            switch step {
            case .found(let found): advance(behind: found)
            case .lost, .segment:
                let from = max(searchFrom, UInt64(SegmentHeader.size))
                offset = try FrameHeader.first(in: bytes, from: from, to: end, of: ledger) { _, _ in true } ?? size
                searchFrom = offset
            }
            return step
        }
    }

    /// Where the bytes of a segment end: behind the last one that is not zero in the last segment.
    private mutating func endOfData(in bytes: any StoredBytes) throws(LedgerError) -> UInt64 {
        guard names.isEmpty else { return size }
        if let dataEnd, dataEnd >= offset { return dataEnd }
        let end = try bytes.endOfData(from: offset, to: size)
        dataEnd = end
        return end
    }

    private mutating func advance(behind found: Found) {
        let (start, end) = (found.offset + UInt64(FrameHeader.size), found.offset + UInt64(found.header.frameSize))
        // What is broken may be so because bytes are gone from it, or came into it: then the next frame is looked for in it.
        offset = end <= size ? end : start
        searchFrom = found.frame == nil ? start : end
    }

    private mutating func open(_ name: String) throws(LedgerError) -> Step {
        let bytes = try store.open(name)
        (segment, size, offset, self.bytes) = (name, try bytes.size(), UInt64(SegmentHeader.size), bytes)
        searchFrom = offset
        let headerBytes = try bytes.read(at: 0, count: SegmentHeader.size)
        func lost(_ message: String) -> Step { .lost(Lost(segment: name, offset: 0, message: message)) }
        do {
            let header = try SegmentHeader.decode(headerBytes)
            if header.ledger != ledger { return lost("the segment is of another ledger") }
            if LedgerDirectory.segmentName(firstSeq: header.firstSeq) != name {
                return lost("the segment's header says that its first frame is \(header.firstSeq)")
            }
            return .segment(header, name: name)
        } catch {
            return lost(error.message)
        }
    }

    /// The frame that stands here.
    /// - Returns: what is wrong, where no header stands here that is whole and of this ledger.
    private func frame(in bytes: any StoredBytes) throws(LedgerError) -> Step {
        let headerBytes = try bytes.read(at: offset, count: FrameHeader.size)
        let header: FrameHeader
        do {
            header = try FrameHeader.decode(headerBytes, in: ledger)
        } catch {
            return .lost(Lost(segment: segment, offset: offset, message: error.message))
        }
        var found = Found(header: header, segment: segment, offset: offset)
        guard UInt64(header.frameSize) <= size - offset else {
            found.fault = "the frame is cut short"
            return .found(found)
        }
        let rest = try bytes.read(at: offset + UInt64(FrameHeader.size), count: header.frameSize - FrameHeader.size)
        do {
            found.frame = try Frame.decode(header, headerBytes, rest: rest)
        } catch {
            found.fault = error.message
        }
        return .found(found)
    }
}
