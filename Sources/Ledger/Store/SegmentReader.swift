import UsageModel

/// Reads the frames of a ledger's segments in order, each one checked against the one before it.
struct SegmentReader: ~Copyable {
    enum Reading {
        case frame(Frame, segment: Segment, offset: UInt64)
        /// Every byte was read.
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

    private let segments: [Segment]
    private var index: Int
    /// Where the next frame begins.
    private(set) var offset: UInt64
    /// The last frame that was read.
    private(set) var chain: Chain
    private var file: LedgerFile
    private var size: UInt64

    /// Reads from the first frame on.
    init(_ segments: [Segment]) throws(LedgerError) {
        precondition(!segments.isEmpty, "a ledger has a segment")
        try self.init(segments, at: 0, offset: UInt64(SegmentHeader.size), chain: Chain())
    }

    /// Reads from the frame after a mark on; `nil` when the marked frame is not there, whole and with the same hash.
    static func after(_ mark: Mark, in segments: [Segment]) throws(LedgerError) -> SegmentReader? {
        guard let index = segments.firstIndex(where: { $0.name == mark.segment }) else { return nil }
        var reader = try SegmentReader(segments, at: index, offset: mark.offset, chain: mark.chain)
        guard let frame = try reader.frame(), frame.hash == mark.chain.hash, frame.header.seq == mark.chain.seq else {
            return nil
        }
        reader.chain.epoch = frame.header.epoch
        reader.offset += UInt64(frame.header.frameSize)
        return reader
    }

    init(_ segments: [Segment], at index: Int, offset: UInt64, chain: Chain) throws(LedgerError) {
        let file = try LedgerFile.reading(segments[index].path)
        size = try file.size()
        self.segments = segments
        self.index = index
        self.offset = offset
        self.chain = chain
        self.file = file
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
                file = try LedgerFile.reading(segments[index].path)
                size = try file.size()
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
        let headerBytes = try file.read(at: offset, count: FrameHeader.size)
        let header: FrameHeader
        do {
            header = try FrameHeader.decode(headerBytes, in: segments[0].header.ledger)
        } catch {
            return .invalid(error.message)
        }
        // The length is believed as far as the file has bytes for it.
        guard UInt64(header.frameSize) <= size - offset else { return .invalid("frame \(header.seq) is cut short") }
        let rest = try file.read(at: offset + UInt64(FrameHeader.size), count: header.frameSize - FrameHeader.size)
        do {
            return .frame(try Frame.decode(header, headerBytes, rest: rest))
        } catch {
            return .invalid("frame \(header.seq): \(error.message)")
        }
    }

    private func broken(_ message: String, mayBeTorn: Bool) -> Reading {
        .broken(Break(segment: segments[index], offset: offset, message: message, mayBeTorn: mayBeTorn))
    }
}
