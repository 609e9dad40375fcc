import Compression
import Testing

@Suite struct CompressionKindTests {
    @Test("Formats are recognised by their first bytes", arguments: CompressionKind.allCases)
    func detects(kind: CompressionKind) {
        let input = Compressed.bytes(Array("hello".utf8), kind)
        #expect(CompressionKind.detect(input.span) == .compressed(kind))
        let begun = Array(input[..<2])
        #expect(CompressionKind.detect(begun.span) == .undecided)
    }

    @Test("Text is plain, and nothing is undecided")
    func plain() {
        for text in ["{", "{\"a\":1}\n", "P", "PPPP", "\u{4}abc"] {
            let bytes = Array(text.utf8)
            let expected: CompressionKind.Detection = text == "P" ? .undecided : .plain
            #expect(CompressionKind.detect(bytes.span) == expected)
        }
        let none: [UInt8] = []
        #expect(CompressionKind.detect(none.span) == .undecided)
    }

    @Test("A skippable frame in front is stepped over")
    func skippable() {
        let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]
        for kind in [CompressionKind.lz4, .zstd] {
            let input = skippable + Compressed.bytes(Array("hello".utf8), kind)
            #expect(CompressionKind.detect(input.span) == .compressed(kind))
        }
    }
}
