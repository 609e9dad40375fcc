import UsageModel

/// The first 1,024 bytes of a run: whose it is and how its parts are laid out. The layout stands in `Schemas/ledger.md`.
struct IdentityRunHeader: Sendable, Hashable {
    static let size = 1_024
    static let magic: [UInt8] = [0x89, 0x4F, 0x44, 0x4F, 0x49, 0x44, 0x53, 0x0A]
    static let version: UInt32 = 2
    /// The most events of a run, so that an event's place fits 32 bits.
    static let maximumEntries = Int(UInt32.max)

    var ledger: LedgerID
    /// The run's number, which is its name too.
    var number: UInt64
    var entries: UInt32
    var hours: UInt32
    var directoryChecksum: UInt32 = 0
    var filter: IdentityFilter.Shape
    var filterChecksum: UInt32 = 0
    /// The filter knows the events from this hour on.
    var filterFrom: Int32

    var blocks: Int { IdentityBlock.count(ofEvents: Int(entries)) }
    var directoryOffset: UInt64 { UInt64(IdentityRunHeader.size + blocks * IdentityBlock.size) }
    var filterOffset: UInt64 { directoryOffset + UInt64(hours) * UInt64(IdentityDirectory.entrySize) }
    var fileSize: UInt64 { filterOffset + UInt64(filter.byteCount) }

    /// The CRC-32C that ends it, over all before: a manifest names the run by it, and it covers the checksums of the parts.
    var checksum: UInt32 { CRC32C.checksum(Array(encoded().dropLast(4))) }

    func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: IdentityRunHeader.size)
        writer.raw(IdentityRunHeader.magic)
        writer.integer(IdentityRunHeader.version)
        writer.integer(UInt32(IdentityRunHeader.size))
        writer.raw(ledger.bytes)
        writer.integer(number)
        writer.integer(entries)
        writer.integer(hours)
        writer.integer(directoryChecksum)
        writer.integer(filterFrom)
        writer.integer(filter.entries)
        writer.integer(filter.buckets)
        writer.byte(filter.hourBits)
        writer.byte(filter.fingerprintBits)
        writer.zeros(2)
        writer.integer(filterChecksum)
        writer.zeros(IdentityRunHeader.size - 4 - writer.bytes.count)
        writer.integer(CRC32C.checksum(writer.bytes))
        return writer.bytes
    }

    /// - Throws: what is wrong, when the bytes are no header of this version.
    static func decode(_ bytes: [UInt8]) throws(CodecError) -> IdentityRunHeader {
        var reader = ByteReader(bytes)
        guard bytes.count == size else { throw reader.fault("the run's header is cut short") }
        guard try reader.raw(8) == magic else { throw CodecError(offset: 0, message: "no run begins here") }
        guard try reader.integer(UInt32.self) == version, try reader.integer(UInt32.self) == UInt32(size) else {
            throw reader.fault("the run is of a version that is not known here")
        }
        let ledger = LedgerID(bytes: try reader.raw(LedgerID.size))
        let number = try reader.integer(UInt64.self)
        let (entries, hours) = (try reader.integer(UInt32.self), try reader.integer(UInt32.self))
        let directoryChecksum = try reader.integer(UInt32.self)
        let filterFrom = try reader.integer(Int32.self)
        let (filtered, buckets) = (try reader.integer(UInt32.self), try reader.integer(UInt32.self))
        let (hourBits, fingerprintBits) = (try reader.byte(), try reader.byte())
        var reserved = try reader.raw(2)
        let filterChecksum = try reader.integer(UInt32.self)
        reserved += try reader.raw(size - 4 - reader.offset)
        guard try reader.integer(UInt32.self) == CRC32C.checksum(Array(bytes.prefix(size - 4))) else {
            throw CodecError(offset: 0, message: "the run header's checksum is wrong")
        }
        let shape = IdentityFilter.Shape(
            entries: filtered, buckets: buckets, hourBits: hourBits, fingerprintBits: fingerprintBits)
        guard reserved.allSatisfy({ $0 == 0 }), filtered <= entries, hours <= entries, shape.isValid else {
            throw CodecError(offset: 40, message: "the run header's numbers contradict each other")
        }
        return IdentityRunHeader(
            ledger: ledger, number: number, entries: entries, hours: hours, directoryChecksum: directoryChecksum,
            filter: shape, filterChecksum: filterChecksum, filterFrom: filterFrom)
    }
}
