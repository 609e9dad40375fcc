import UsageModel

/// The first 64 bytes of a file of the archive. The layout stands in `Schemas/archive.md`.
struct ArchiveFileHeader: Sendable, Hashable {
    static let size = 64
    static let version: UInt32 = 1
    private static let magic: [UInt8] = [0x89, 0x4F, 0x44, 0x4F, 0x41, 0x52, 0x43, 0x0A]

    var ledger: LedgerID
    /// The file's place among the others, from 1.
    var number: UInt64
    /// When it was begun, by the wall clock: no block of an earlier file is newer.
    var begun: Timestamp

    func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: ArchiveFileHeader.size)
        writer.raw(ArchiveFileHeader.magic)
        writer.integer(ArchiveFileHeader.version)
        writer.integer(UInt32(ArchiveFileHeader.size))
        writer.raw(ledger.bytes)
        writer.integer(number)
        writer.integer(begun.nanoseconds)
        writer.zeros(12)
        writer.integer(CRC32C.checksum(writer.bytes))
        return writer.bytes
    }

    /// - Throws: what is wrong, when the bytes are not a whole header of a version that is known.
    static func decode(_ bytes: [UInt8]) throws(CodecError) -> ArchiveFileHeader {
        var reader = ByteReader(bytes)
        guard bytes.count == size else { throw reader.fault("the file's header is cut short") }
        guard try reader.raw(8) == magic else { throw CodecError(offset: 0, message: "this is no file of an archive") }
        let version = try reader.integer(UInt32.self)
        let length = try reader.integer(UInt32.self)
        let header = ArchiveFileHeader(
            ledger: LedgerID(bytes: try reader.raw(LedgerID.size)), number: try reader.integer(),
            begun: Timestamp(nanoseconds: try reader.integer()))
        let reserved = try reader.raw(12)
        guard try reader.integer(UInt32.self) == CRC32C.checksum(Array(bytes.prefix(size - 4))) else {
            throw CodecError(offset: 0, message: "the checksum of the file's header is wrong")
        }
        guard version == Self.version, length == UInt32(size), reserved.allSatisfy({ $0 == 0 }) else {
            throw CodecError(offset: 8, message: "the file is of format version \(version), which is not known here")
        }
        return header
    }
}
