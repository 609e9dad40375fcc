import Testing

@testable import Ledger

@Suite("Tiles")
struct TileTests {
    @Test(
        "Paths are those of tlog-tiles",
        arguments: [
            (0, "000"), (1, "001"), (999, "999"), (1_000, "x001/000"), (1_234_067, "x001/x234/067"),
            (18_446_744_073_709_551, "x018/x446/x744/x073/x709/551"),
        ] as [(UInt64, String)])
    func paths(_ index: UInt64, _ encoded: String) {
        #expect(Tile(row: .hashes(level: 0), index: index, width: 256).path == "tile/0/\(encoded)")
        #expect(Tile(row: .hashes(level: 7), index: index, width: 17).path == "tile/7/\(encoded).p/17")
        #expect(Tile(row: .entries, index: index, width: 256).path == "tile/entries/\(encoded)")
        #expect(Tile(row: .entries, index: index, width: 255).path == "tile/entries/\(encoded).p/255")
    }

    @Test("A tree of 70,000 has the partial tiles that tlog-tiles counts, and one of 256 has one")
    func partials() {
        let large = [
            Tile(row: .entries, index: 273, width: 112), Tile(row: .hashes(level: 0), index: 273, width: 112),
            Tile(row: .hashes(level: 1), index: 1, width: 17), Tile(row: .hashes(level: 2), index: 0, width: 1),
        ]
        #expect(Tile.partials(of: 70_000) == large)
        #expect(Tile.partials(of: 256) == [Tile(row: .hashes(level: 1), index: 0, width: 1)])
        #expect(Tile.partials(of: 0) == [])
        #expect(Tile.containing(69_999, level: 0, treeSize: 70_000) == large[1])
        #expect(Tile.containing(0, level: 1, treeSize: 70_000) == Tile(row: .hashes(level: 1), index: 0, width: 256))
    }

    @Test("A bundle is what was put into it, and nothing else passes for one")
    func bundles() {
        let entries = (0..<3).map { LogEntry(salt: [UInt8](repeating: $0, count: 32), statement: [$0]) }
        let bundle = entries.flatMap(\.bundled)
        #expect(LogEntry.decode(bundle: bundle) == entries.map(\.bytes))
        #expect(LogEntry.decode(bundle: []) == [])
        #expect(LogEntry.decode(bundle: bundle.dropLast()) == nil)
        #expect(LogEntry.decode(bundle: [1] + bundle.dropFirst()) == nil)
        #expect(LogEntry.decode(bundle: Array(bundle[1...] + [0])) == nil)
    }
}

extension LogEntry {
    fileprivate static func decode(bundle: some Sequence<UInt8>) -> [[UInt8]]? { decode(bundle: Array(bundle)) }
}
