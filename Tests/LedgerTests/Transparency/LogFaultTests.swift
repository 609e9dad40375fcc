import Foundation
import Testing
import UsageModel

@testable import Ledger

@Suite("Deriving the log on a failing disk")
struct LogFaultTests {
    @Test("At whichever operation the disk fails, the checkpoint has its tiles, and the next time ends the same")
    func everyOperation() async throws {
        let place = try await TemporaryLedger(commits: 30, tenants: 20)
        try place.derive(upTo: 10)
        let whole = try TemporaryLedger(copying: place)
        let expected = try whole.derive()
        let files = try whole.logFiles()
        for lasting in [false, true] {
            var step = 0
            var isDone = false
            while !isDone {
                let copy = try TemporaryLedger(copying: place)
                let plan = FaultPlan(at: step, lasting: lasting)
                do {
                    try copy.derive(disk: plan.options.disk)
                    isDone = true
                } catch {
                    #expect(error is LedgerError)
                    try expectTiles(in: copy.directory)
                }
                #expect(isDone == (plan.operations <= step))
                #expect(try copy.derive() == expected)
                let found = try copy.logFiles()
                #expect(files.allSatisfy { found[$0.key] == $0.value })
                step += 1
            }
            #expect(step > 30)
        }
    }

    @Test("At whichever operation the power fails, the checkpoint has its tiles, and the next time ends the same")
    func power() async throws {
        let place = try await TemporaryLedger(commits: 30, tenants: 20)
        try place.derive(upTo: 10)
        let first = try place.bytes(of: "log/checkpoint")
        let expected = try TemporaryLedger(copying: place).derive()
        var generator = SplitMix64(seed: 6)
        var step = 0
        var isDone = false
        while !isDone {
            let disk = SimulatedDisk(seed: generator.next())
            try disk.makeDirectory(place.path)
            try disk.syncDirectory(SimulatedDisk.directory(of: place.path))
            let directory = LedgerDirectory(path: place.path, disk: disk)
            try directory.createAtomically("log-key", in: place.path, bytes: place.bytes(of: "log-key"))
            #expect(try place.derive(upTo: 10, disk: disk).note == first)
            disk.failPower(after: step)
            do {
                try place.derive(disk: disk)
                isDone = true
            } catch {
                #expect(disk.isOff)
            }
            disk.restart(after: .powerFailure)
            try expectTiles(in: directory)
            #expect(try place.derive(disk: disk) == expected)
            try expectTiles(in: directory)
            step += 1
        }
        #expect(step > 30)
    }

    /// The tiles of the checkpoint that is there lead to its root, and the bundles have its leaves.
    private func expectTiles(in directory: LedgerDirectory) throws {
        let id = try Segment.all(in: DirectoryStore(LedgerDirectory(path: directory.path)))[0].header.ledger
        let key = try #require(try LogKey.read(in: directory, of: id))
        let checkpoint = try #require(try LogCheckpoint.published(in: directory, by: key))
        let tiles = TileStore(directory: directory)
        var tree = TileTree(size: checkpoint.size, in: tiles)
        #expect(try tree.root(of: checkpoint.size) == checkpoint.root)
        var start: UInt64 = 0
        while start < checkpoint.size {
            let hashes = Tile.containing(start, level: 0, treeSize: checkpoint.size)
            let bundle = try #require(
                try tiles.read(Tile(row: .entries, index: hashes.index, width: hashes.width)))
            let leaves = try #require(LogEntry.decode(bundle: bundle)).map { MerkleHash.leaf($0) }
            #expect(leaves == hashes.hashes(in: try #require(try tiles.read(hashes))))
            start += UInt64(hashes.width)
        }
    }
}
