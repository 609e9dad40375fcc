import UsageModel

@testable import Ledger

/// The ledger's binary forms: no bytes make a decoder trap, and what it takes, an encoder gives back byte by byte.
enum FrameTarget {
    static let ledger = LedgerID(bytes: Array(0..<16))

    static func run(_ input: FuzzInput) {
        var input = input
        switch input.byte() % 8 {
        case 0: header(input.rest())
        case 1:
            var forged = ForgedBytes(input.rest())
            forged.sealHeader(at: 0, in: ledger)
            header(forged.bytes)
        case 2: frame(input.rest())
        case 3:
            var forged = ForgedBytes(input.rest())
            if let end = forged.sealFrame(at: 0, in: ledger)?.end { forged.bytes.removeSubrange(end...) }
            frame(forged.bytes)
        case 4: commit(input.rest())
        case 5: document(&input)
        case 6: segmentHeader(&input)
        default: built(&input)
        }
    }

    private static func header(_ bytes: [UInt8]) {
        let bytes = Array(bytes.prefix(FrameHeader.size))
        guard let header = try? FrameHeader.decode(bytes, in: ledger) else { return }
        claim(header.encoded(in: ledger) == bytes, "a frame header comes back as other bytes")
        claim(header.frameSize % 8 == 0, "a frame does not end at a multiple of 8")
        let foreign = LedgerID(bytes: Array(1...16))
        claim((try? FrameHeader.decode(bytes, in: foreign)) == nil, "a frame of another ledger is taken")
    }

    private static func frame(_ bytes: [UInt8]) {
        let headerBytes = Array(bytes.prefix(FrameHeader.size))
        guard let header = try? FrameHeader.decode(headerBytes, in: ledger) else { return }
        let rest = Array(bytes[FrameHeader.size...])
        guard let frame = try? Frame.decode(header, headerBytes, rest: rest) else { return }
        claim(frame.payload.count == Int(header.payloadLength), "a payload has another length than its header says")
        encodedAgain(frame)
        switch header.kind {
        case .commit: commit(frame.payload)
        case .document: decodeDocument(frame.payload)
        case .seal: seal(frame.payload)
        }
        let entry = try? LedgerEntry(checking: frame, segment: "s", offset: 0)
        let isSame = entry.map { $0.hash == frame.hash && $0.size == UInt64(bytes.count) }
        claim(isSame ?? true, "an entry is of another frame")
    }

    /// The stored bytes may differ, since another compressor may have made them; what they say may not.
    private static func encodedAgain(_ frame: Frame) {
        let header = frame.header
        let (bytes, hash) = Frame.encode(
            kind: header.kind, payload: frame.payload, seq: header.seq, epoch: header.epoch,
            durableFloor: header.durableFloor, time: header.time, previous: header.previous, in: ledger)
        let headerBytes = Array(bytes[..<FrameHeader.size])
        let rest = Array(bytes[FrameHeader.size...])
        guard let again = try? FrameHeader.decode(headerBytes, in: ledger),
            let whole = try? Frame.decode(again, headerBytes, rest: rest)
        else { fatalError("a frame that was encoded is not decoded") }
        claim(whole.payload == frame.payload && whole.hash == hash, "a frame comes back as another")
    }

    private static func seal(_ payload: [UInt8]) {
        guard let seal = try? SealCodec.decode(payload) else { return }
        // What is read of format 1 is written in format 2.
        claim(payload[0] == 1 || SealCodec.encode(seal) == payload, "a seal comes back as other bytes")
    }

    private static func commit(_ payload: [UInt8]) {
        guard let commit = try? CommitCodec.decode(payload) else { return }
        claim(payload[0] == 1 || (try? CommitCodec.encode(commit)) == payload, "a commit comes back as other bytes")
        for range in commit.ranges {
            claim(range.counts.checkedRead == range.records, "a commit is taken whose records do not add up")
        }
    }

    private static func document(_ input: inout FuzzInput) {
        let isForged = input.byte() & 1 == 1
        var payload = input.rest()
        if isForged, payload.count >= 35 {
            // The text begins behind its length.
            let start = 34 + (payload[34...].firstIndex { $0 < 0x80 } ?? 34) - 33
            let digest = Digest256(sha256: Array(payload[min(start, payload.count)...]))
            payload.replaceSubrange(2..<34, with: digest.bytes)
        }
        decodeDocument(payload)
    }

    private static func decodeDocument(_ payload: [UInt8]) {
        guard let document = try? LedgerDocument.decode(payload) else { return }
        claim(document.encoded() == payload, "a document comes back as other bytes")
    }

    private static func segmentHeader(_ input: inout FuzzInput) {
        let isForged = input.byte() & 1 == 1
        var forged = ForgedBytes(Array(input.rest().prefix(SegmentHeader.size)))
        if isForged { forged.sealSegmentHeader() }
        guard let header = try? SegmentHeader.decode(forged.bytes) else { return }
        claim(header.encoded() == forged.bytes, "a segment header comes back as other bytes")
        let name = LedgerDirectory.segmentName(firstSeq: header.firstSeq)
        claim(name.utf8.count == 24, "a segment's name is of another length")
    }

    /// A whole frame around the input: it is read again, and with any one bit of it turned it is not.
    private static func built(_ input: inout FuzzInput) {
        let kind: FrameHeader.Kind = input.byte() & 1 == 0 ? .commit : .document
        let place = input.number(below: 65_536)
        let payload = input.rest()
        var (bytes, hash) = Frame.encode(
            kind: kind, payload: payload, seq: 7, epoch: 3, durableFloor: 6, time: Timestamp(nanoseconds: -1),
            previous: .none, in: ledger)
        guard let frame = whole(bytes) else { fatalError("a frame that was encoded is not decoded") }
        claim(frame.payload == payload && frame.hash == hash, "a frame comes back as another")
        bytes[place / 8 % bytes.count] ^= 1 << UInt8(place % 8)
        claim(whole(bytes) == nil, "a frame with a turned bit is taken")
    }

    private static func whole(_ bytes: [UInt8]) -> Frame? {
        let headerBytes = Array(bytes[..<FrameHeader.size])
        guard let header = try? FrameHeader.decode(headerBytes, in: ledger), header.frameSize == bytes.count else {
            return nil
        }
        return try? Frame.decode(header, headerBytes, rest: Array(bytes[FrameHeader.size...]))
    }
}
