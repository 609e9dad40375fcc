import UsageModel

/// Reads the frames of a ledger's segments in order, each one checked against the one before it.
struct SegmentReader: ~Copyable {
    enum Reading {
        case frame(Frame, segment: Segment, offset: UInt64)
        /// Every byte was read, up to the zeros at the end.
        case end
        /// What stands here is no frame that follows the last.
        case broken(Break)
    }

    struct Break {
        var segment: Segment
        var offset: UInt64
        var message: String
        /// Whether it can be a torn tail: only in the last segment, and only where no whole frame stands. A crash leaves
        /// less than a frame, never a frame in the wrong place.
        var mayBeTorn: Bool

        var error: LedgerError { .damage(in: segment.name, at: offset, message) }
    }

    /// A frame that was read before, after which reading goes on.
    struct Mark: Sendable, Hashable {
        var chain: Chain
        var segment: String
        var offset: UInt64
    }

    private let store: any SegmentStore
    private let segments: [Segment]
    private var index: Int
    /// Where the next frame begins.
    private(set) var offset: UInt64
    /// The last frame that was read.
    private(set) var chain: Chain
    private var bytes: any StoredBytes
    private var size: UInt64

    /// The ledger that the segments belong to.
    var ledger: LedgerID { segments[0].header.ledger }

    /// Reads from the first frame on.
    init(_ segments: [Segment], in store: any SegmentStore) throws(LedgerError) {
        precondition(!segments.isEmpty, "a ledger has a segment")
        // No frame is older than its segment, and the first segment follows none that could say so.
        let chain = Chain(epoch: segments[0].header.epoch)
        try self.init(segments, in: store, at: 0, offset: UInt64(SegmentHeader.size), chain: chain)
    }

    /// Reads from the frame after a mark on; `nil` when the marked frame is not there, whole and with the same hash.
    static func after(
        _ mark: Mark, of segments: [Segment], in store: any SegmentStore
    ) throws(LedgerError) -> SegmentReader? {
        guard let index = segments.firstIndex(where: { $0.name == mark.segment }) else { return nil }
        var reader = try SegmentReader(segments, in: store, at: index, offset: mark.offset, chain: mark.chain)
        guard let frame = try reader.frame(), frame.hash == mark.chain.hash, frame.header.seq == mark.chain.seq else {
            return nil
        }
        reader.chain.epoch = frame.header.epoch
        reader.offset += UInt64(frame.header.frameSize)
        return reader
    }

    init(
        _ segments: [Segment], in store: any SegmentStore, at index: Int, offset: UInt64, chain: Chain
    ) throws(LedgerError) {
        let bytes = try store.open(segments[index].name)
        let size = try bytes.size()
        self.bytes = bytes
        self.size = size
        self.store = store
        self.segments = segments
        self.index = index
        self.offset = offset
        self.chain = chain
    }

    mutating func next() throws(LedgerError) -> Reading {
        while true {
            switch try readFrame() {
            case .frame(let frame):
                if let fault = chain.fault(of: frame.header) { return broken(fault, mayBeTorn: false) }
                chain = Chain(seq: frame.header.seq, epoch: frame.header.epoch, hash: frame.hash)
                defer { offset += UInt64(frame.header.frameSize) }
                return .frame(frame, segment: segments[index], offset: offset)
            case .invalid(let message):
                return broken(message, mayBeTorn: index == segments.count - 1)
            case .end:
                guard index + 1 < segments.count else { return .end }
                index += 1
                offset = 0
                if let fault = chain.fault(of: segments[index].header) { return broken(fault, mayBeTorn: false) }
                offset = UInt64(SegmentHeader.size)
                chain.epoch = segments[index].header.epoch
                bytes = try store.open(segments[index].name)
                size = try bytes.size()
            }
        }
    }

    /// The whole frame that stands here, whatever stood before it.
    func frame() throws(LedgerError) -> Frame? {
        guard offset <= size, case .frame(let frame) = try readFrame() else { return nil }
        return frame
    }

    private enum FrameReading {
        case frame(Frame)
        case end
        case invalid(String)
    }

    private func readFrame() throws(LedgerError) -> FrameReading {
        if offset == size { return .end }
        let headerBytes = try bytes.read(at: offset, count: FrameHeader.size)
        if try isRoom(headerBytes) { return .end }
        let header: FrameHeader
        do {
            header = try FrameHeader.decode(headerBytes, in: segments[0].header.ledger)
        } catch {
            return .invalid(error.message)
        }
        // The length is believed as far as the file has bytes for it.
        guard UInt64(header.frameSize) <= size - offset else { return .invalid("frame \(header.seq) is cut short") }
        let rest = try bytes.read(at: offset + UInt64(FrameHeader.size), count: header.frameSize - FrameHeader.size)
        do {
            return .frame(try Frame.decode(header, headerBytes, rest: rest))
        } catch {
            return .invalid("frame \(header.seq): \(error.message)")
        }
    }

    /// Whether only zeros follow, where they may: in the last segment, ahead of the frames that are to come.
    private func isRoom(_ headerBytes: [UInt8]) throws(LedgerError) -> Bool {
        guard index == segments.count - 1, headerBytes.allSatisfy({ $0 == 0 }) else { return false }
        return try bytes.endOfData(from: offset, to: size) == offset
    }

    private func broken(_ message: String, mayBeTorn: Bool) -> Reading {
        .broken(Break(segment: segments[index], offset: offset, message: message, mayBeTorn: mayBeTorn))
    }
}
