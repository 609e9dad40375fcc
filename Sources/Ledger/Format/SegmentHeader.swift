import UsageModel

/// The first 128 bytes of a segment. The layout stands in `Schemas/ledger.md`.
struct SegmentHeader: Sendable, Hashable {
    static let size = 128
    static let version: UInt32 = 1
    private static let magic: [UInt8] = [0x89, 0x4F, 0x44, 0x4F, 0x53, 0x45, 0x47, 0x0A]

    var ledger: LedgerID
    /// The sequence number of its first frame.
    var firstSeq: UInt64
    /// The epoch of the writer that made it.
    var epoch: UInt64
    /// The hash of the frame before its first one; ``Digest256/none`` in the first segment.
    var previous: Digest256

    func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: SegmentHeader.size)
        writer.raw(SegmentHeader.magic)
        writer.integer(SegmentHeader.version)
        writer.integer(UInt32(SegmentHeader.size))
        writer.raw(ledger.bytes)
        writer.integer(firstSeq)
        writer.integer(epoch)
        writer.digest(previous)
        writer.zeros(44)
        writer.integer(CRC32C.checksum(writer.bytes))
        return writer.bytes
    }

    /// - Throws: what is wrong, when the bytes are not a whole header of a version that is known.
    static func decode(_ bytes: [UInt8]) throws(CodecError) -> SegmentHeader {
        var reader = ByteReader(bytes)
        guard bytes.count == size else { throw reader.fault("the segment's header is cut short") }
        guard try reader.raw(8) == magic else { throw CodecError(offset: 0, message: "this is not a segment") }
        let version = try reader.integer(UInt32.self)
        let length = try reader.integer(UInt32.self)
        let header = SegmentHeader(
            ledger: LedgerID(bytes: try reader.raw(LedgerID.size)), firstSeq: try reader.integer(),
            epoch: try reader.integer(), previous: try reader.digest())
        let reserved = try reader.raw(44)
        guard try reader.integer(UInt32.self) == CRC32C.checksum(Array(bytes.prefix(size - 4))) else {
            throw CodecError(offset: 0, message: "the segment header's checksum is wrong")
        }
        guard version == Self.version, length == UInt32(size), reserved.allSatisfy({ $0 == 0 }) else {
            throw CodecError(offset: 8, message: "the segment is of format version \(version), which is not known here")
        }
        return header
    }
}
