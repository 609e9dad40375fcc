import CCRC32C

/// CRC-32C (Castagnoli; RFC 3720, appendix B.4), reflected, polynomial 0x82F63B78.
///
/// It uses the processor's instruction where there is one, about 8 GB/s. Elsewhere it slices by 8: eight bytes a step from
/// eight tables (Kounavis and Berry, 2005), about 2 GB/s.
struct CRC32C {
    private var state: UInt32 = ~0

    /// The checksum of the bytes taken in so far.
    var value: UInt32 { ~state }

    /// The checksum of an array. O(n).
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var checksum = CRC32C()
        checksum.update(bytes.span)
        return checksum.value
    }

    mutating func update(_ bytes: Span<UInt8>) {
        update(unsafe bytes.bytes)
    }

    mutating func update(_ raw: RawSpan) {
        guard CRC32C.hasInstruction else { return updateByTables(raw) }
        state = unsafe raw.withUnsafeBytes { unsafe ccrc32c_update(state, $0.baseAddress, $0.count) }
    }

    mutating func updateByTables(_ raw: RawSpan) {
        let tables = CRC32C.tables
        var crc = state
        var index = 0
        while index + 8 <= raw.byteCount {
            let word = unsafe UInt64(
                littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            let mixed = word ^ UInt64(crc)
            crc =
                tables[1_792 + Int(mixed & 255)] ^ tables[1_536 + Int(mixed >> 8 & 255)]
                ^ tables[1_280 + Int(mixed >> 16 & 255)] ^ tables[1_024 + Int(mixed >> 24 & 255)]
                ^ tables[768 + Int(mixed >> 32 & 255)] ^ tables[512 + Int(mixed >> 40 & 255)]
                ^ tables[256 + Int(mixed >> 48 & 255)] ^ tables[Int(mixed >> 56)]
            index += 8
        }
        while index < raw.byteCount {
            let byte = unsafe raw.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            crc = crc >> 8 ^ tables[Int((crc ^ UInt32(byte)) & 255)]
            index += 1
        }
        state = crc
    }

    private static let hasInstruction = ccrc32c_is_supported()

    /// Table k, at 256 × k, advances a byte by k more zero bytes.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 2_048)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
            tables[byte] = crc
        }
        for index in 256..<2_048 {
            let shorter = tables[index - 256]
            tables[index] = shorter >> 8 ^ tables[Int(shorter & 255)]
        }
        return tables
    }()
}
