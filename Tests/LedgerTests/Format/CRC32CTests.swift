import Testing

@testable import Ledger

@Suite("CRC-32C")
struct CRC32CTests {
    @Test("It gives the values of RFC 3720, appendix B.4")
    func vectors() {
        #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
        #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.checksum(Array(0..<32)) == 0x46DD_794E)
    }

    @Test("At every length it agrees with a division bit by bit, also by tables and when fed in parts")
    func bitwise() {
        var generator = SplitMix64(seed: 1)
        for length in 0..<100 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            var remainder: UInt32 = 0xFFFF_FFFF
            for byte in bytes {
                for bit in 0..<8 {
                    let top = (remainder ^ UInt32(byte >> bit)) & 1
                    remainder = remainder >> 1 ^ (top == 1 ? 0x82F6_3B78 : 0)
                }
            }
            #expect(CRC32C.checksum(bytes) == ~remainder)
            var tables = CRC32C()
            tables.updateByTables(unsafe bytes.span.bytes)
            #expect(tables.value == ~remainder)
            var parts = CRC32C()
            parts.update(bytes.span.extracting(first: length / 3))
            parts.update(bytes.span.extracting(droppingFirst: length / 3))
            #expect(parts.value == ~remainder)
        }
    }
}
