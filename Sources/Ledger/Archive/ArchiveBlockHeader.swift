import UsageModel

/// The fixed part of a block, in front of its key and its contents. The layout stands in `Schemas/archive.md`.
struct ArchiveBlockHeader: Sendable, Hashable {
    static let size = 48
    static let magic: [UInt8] = [0xF5, 0x4F, 0x44, 0x41]

    var codec: FrameHeader.Codec
    /// When it was written, by the wall clock.
    var time: Timestamp
    /// The records of the range.
    var records: UInt32
    var keyLength: UInt32
    /// Of the contents, unpacked and as stored.
    var length: UInt32
    var storedLength: UInt32
    /// Of the key, and of the contents as stored.
    var keyChecksum: UInt32
    var checksum: UInt32

    /// The whole block in bytes.
    var blockSize: UInt64 { UInt64(ArchiveBlockHeader.size) + UInt64(keyLength) + UInt64(storedLength) }

    func encoded(in ledger: LedgerID) -> [UInt8] {
        var writer = ByteWriter(capacity: ArchiveBlockHeader.size)
        writer.raw(ArchiveBlockHeader.magic)
        writer.byte(codec.rawValue)
        writer.zeros(3)
        writer.integer(time.nanoseconds)
        for number in [records, keyLength, length, storedLength, keyChecksum, checksum] { writer.integer(number) }
        writer.zeros(4)
        // As that of a frame: a record's text cannot pass for a block without knowing the ledger's id.
        writer.integer(CRC32C.checksum(ledger.bytes + writer.bytes))
        return writer.bytes
    }

    /// - Throws: what is wrong, when the bytes are not a whole header of a block of this ledger.
    static func decode(_ bytes: [UInt8], in ledger: LedgerID) throws(CodecError) -> ArchiveBlockHeader {
        var reader = ByteReader(bytes)
        guard bytes.count == size else { throw reader.fault("a block's header is cut short") }
        guard try reader.raw(4) == magic else { throw CodecError(offset: 0, message: "no block begins here") }
        let codec = try reader.byte()
        var reserved = try reader.raw(3)
        let time = Timestamp(nanoseconds: try reader.integer())
        var numbers: [UInt32] = []
        for _ in 0..<6 { numbers.append(try reader.integer()) }
        reserved += try reader.raw(4)
        guard try reader.integer(UInt32.self) == CRC32C.checksum(ledger.bytes + bytes.prefix(size - 4)) else {
            throw CodecError(offset: 0, message: "the checksum of a block's header is wrong")
        }
        guard let codec = FrameHeader.Codec(rawValue: codec), reserved.allSatisfy({ $0 == 0 }) else {
            throw CodecError(offset: 4, message: "a block is of a kind that is not known here")
        }
        let header = ArchiveBlockHeader(
            codec: codec, time: time, records: numbers[0], keyLength: numbers[1], length: numbers[2],
            storedLength: numbers[3], keyChecksum: numbers[4], checksum: numbers[5])
        guard header.keyLength <= ArchiveKey.maximumSize, header.length <= FrameHeader.maximumPayload,
            header.storedLength <= header.length, codec != .none || header.storedLength == header.length
        else { throw CodecError(offset: 16, message: "the lengths of a block contradict each other") }
        return header
    }
}
