import UsageModel

/// The fixed part before a frame's payload. The layout stands in `Schemas/ledger.md`.
struct FrameHeader: Sendable, Hashable {
    enum Kind: UInt8, Sendable {
        case commit = 1
        case document = 2
        case seal = 3
    }

    enum Codec: UInt8, Sendable {
        case none = 0
        case lz4 = 1
    }

    static let size = 120
    /// Payload checksum and frame hash.
    static let trailerSize = 36
    static let magic: [UInt8] = [0xF5, 0x4F, 0x44, 0x46]
    /// The longest payload, stored or not: 1 GiB.
    static let maximumPayload = 1 << 30

    var kind: Kind
    var codec: Codec
    var seq: UInt64
    var epoch: UInt64
    /// The highest sequence number that was known to be durable when this frame was written.
    var durableFloor: UInt64
    /// When it was written, by the wall clock. It enters no total.
    var time: Timestamp
    var payloadLength: UInt32
    var storedLength: UInt32
    /// The hash of the frame before it.
    var previous: Digest256
    /// SHA-256 of the uncompressed payload.
    var payload: Digest256

    /// Zeros between the payload and the trailer, so that frames begin at multiples of 8.
    var padding: Int { (4 - Int(storedLength & 7)) & 7 }
    /// The whole frame in bytes.
    var frameSize: Int { FrameHeader.size + Int(storedLength) + padding + FrameHeader.trailerSize }

    func encoded(in ledger: LedgerID) -> [UInt8] {
        var writer = ByteWriter(capacity: FrameHeader.size)
        writer.raw(FrameHeader.magic)
        writer.byte(kind.rawValue)
        writer.byte(codec.rawValue)
        writer.zeros(2)
        writer.integer(seq)
        writer.integer(epoch)
        writer.integer(durableFloor)
        writer.integer(time.nanoseconds)
        writer.integer(payloadLength)
        writer.integer(storedLength)
        writer.digest(previous)
        writer.digest(payload)
        writer.zeros(4)
        writer.integer(FrameHeader.checksum(writer.bytes, in: ledger))
        return writer.bytes
    }

    /// - Throws: what is wrong, when the bytes are not a whole header of this ledger.
    static func decode(_ bytes: [UInt8], in ledger: LedgerID) throws(CodecError) -> FrameHeader {
        var reader = ByteReader(bytes)
        guard bytes.count == size else { throw reader.fault("the frame's header is cut short") }
        guard try reader.raw(4) == magic else { throw CodecError(offset: 0, message: "no frame begins here") }
        let (kind, codec) = (try reader.byte(), try reader.byte())
        var reserved = try reader.raw(2)
        let (seq, epoch, floor) = (
            try reader.integer(UInt64.self), try reader.integer(UInt64.self), try reader.integer(UInt64.self)
        )
        let time = Timestamp(nanoseconds: try reader.integer())
        let (length, stored) = (try reader.integer(UInt32.self), try reader.integer(UInt32.self))
        let (previous, payload) = (try reader.digest(), try reader.digest())
        reserved += try reader.raw(4)
        guard try reader.integer(UInt32.self) == checksum(Array(bytes.prefix(size - 4)), in: ledger) else {
            throw CodecError(offset: 0, message: "the frame header's checksum is wrong")
        }
        guard let kind = Kind(rawValue: kind), let codec = Codec(rawValue: codec), reserved.allSatisfy({ $0 == 0 })
        else { throw CodecError(offset: 4, message: "the frame is of a kind that is not known here") }
        guard length <= maximumPayload, stored <= length, codec != .none || stored == length, floor < seq else {
            throw CodecError(offset: 24, message: "the frame's lengths or numbers contradict each other")
        }
        return FrameHeader(
            kind: kind, codec: codec, seq: seq, epoch: epoch, durableFloor: floor, time: time, payloadLength: length,
            storedLength: stored, previous: previous, payload: payload)
    }

    /// The ledger's id goes in first: text that came in with a record cannot pass for a frame without knowing it, and a
    /// frame of another ledger is none here.
    private static func checksum(_ bytes: [UInt8], in ledger: LedgerID) -> UInt32 {
        CRC32C.checksum(ledger.bytes + bytes)
    }
}
