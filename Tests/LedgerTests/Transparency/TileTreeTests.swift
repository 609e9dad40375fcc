import Testing
import UsageModel

@testable import Ledger

@Suite("Trees of tiles")
struct TileTreeTests {
    /// Tiles on a disk in memory, and the edge that goes on with them.
    private struct Log {
        let tiles: TileStore
        var edge = TileEdge()
        var oracle = MerkleOracle([])

        init() throws {
            let disk = SimulatedDisk(seed: 1)
            try disk.makeDirectory("log")
            try disk.makeDirectory(".")
            tiles = TileStore(directory: LedgerDirectory(path: ".", disk: disk))
        }

        mutating func append(_ number: UInt64) throws {
            let entry = LogEntry(salt: [UInt8](repeating: 7, count: 32), statement: Array("\(number)".utf8))
            let full = edge.append(entry)
            try tiles.write(full)
            for tile in full.map(\.tile) { try tiles.removePartials(of: tile) }
            oracle.leaves.append(MerkleHash.leaf(entry.bytes))
        }

        func writePartials() throws {
            try tiles.write(edge.partials)
        }
    }

    @Test("Roots and proofs of every size up to 600 are those that the definitions give")
    func small() throws {
        var log = try Log()
        var generator = SplitMix64(seed: 3)
        for size in 0...600 {
            if size > 0 { try log.append(UInt64(size)) }
            try log.writePartials()
            try expectSame(&log, older: size, using: &generator)
        }
    }

    @Test("So are those of larger trees")
    func large() throws {
        var log = try Log()
        var generator = SplitMix64(seed: 4)
        let random = (0..<6).map { _ in Int.random(in: 601...66_000, using: &generator) }
        let sizes = random + [65_535, 65_536, 65_537, 66_000]
        for size in sizes.sorted() {
            while log.edge.size < size { try log.append(log.edge.size) }
            try log.writePartials()
            for _ in 0..<10 { try expectSame(&log, older: .random(in: 0...size, using: &generator), using: &generator) }
        }
    }

    /// Compares the tree at its size, and at an older one that the same tiles have, with the definitions.
    private func expectSame(_ log: inout Log, older: Int, using generator: inout SplitMix64) throws {
        let size = Int(log.edge.size)
        #expect(log.edge.root == log.oracle.root(0..<size))
        #expect(try TileEdge(of: log.edge.size, in: log.tiles)?.tree == log.edge.tree)
        var tree = TileTree(size: UInt64(size), in: log.tiles)
        let root = try tree.root(of: UInt64(older))
        #expect(root == log.oracle.root(0..<older))
        for leaf in older == 0 ? [] : [0, older - 1, Int.random(in: 0..<older, using: &generator)] {
            let path = try tree.inclusion(of: UInt64(leaf), in: UInt64(older))
            #expect(path == log.oracle.path(leaf, 0..<older))
            let hash = log.oracle.leaves[leaf]
            #expect(MerkleProof.root(of: hash, at: UInt64(leaf), in: UInt64(older), path: path) == root)
            let other = UInt64(leaf ^ 1)
            if other < older { #expect(MerkleProof.root(of: hash, at: other, in: UInt64(older), path: path) != root) }
            #expect(MerkleProof.root(of: hash, at: UInt64(leaf), in: UInt64(older), path: path + [hash]) == nil)
        }
        let old = Int.random(in: 0...older, using: &generator)
        let path = try tree.consistency(from: UInt64(old), to: UInt64(older))
        #expect(path == (old == 0 ? [] : log.oracle.proof(old, 0..<older)))
        let roots = (log.oracle.root(0..<old), root)
        func isConsistent(_ first: Digest256, _ second: Digest256, _ path: [Digest256]) -> Bool {
            MerkleProof.isConsistent(old: (UInt64(old), first), new: (UInt64(older), second), path: path)
        }
        #expect(isConsistent(roots.0, roots.1, path))
        #expect(!isConsistent(MerkleHash.leaf([]), roots.1, path))
        #expect(!isConsistent(roots.0, roots.1, path + [root]))
        if old > 0 { #expect(!isConsistent(roots.0, MerkleHash.leaf([]), path)) }
        if !path.isEmpty { #expect(!isConsistent(roots.0, roots.1, path.dropLast())) }
    }
}
