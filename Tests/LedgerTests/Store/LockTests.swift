import Foundation
import Testing
import UsageModel

@testable import Ledger

@Suite("One writer, any number of readers")
struct LockTests {
    @Test("A second writer is refused with the first one's process id, until that has closed")
    func secondWriter() async throws {
        let place = TemporaryLedger()
        let writer = try await place.open()
        let pid = ProcessInfo.processInfo.processIdentifier
        let path = place.path
        await #expect(throws: LedgerError.locked(path: path, pid: pid)) { try await place.open() }
        try await writer.close()
        await #expect(throws: LedgerError.closed) { try await writer.append(.small(1)) }
        try await place.open().close()
    }

    @Test("A reader beside a writer sees what the index has, and more when it has more")
    func readerBesideWriter() async throws {
        let place = TemporaryLedger()
        let writer = try await place.open()
        try await writer.append(.small(1))
        let reader = try LedgerReader.open(path: place.path)
        #expect(try reader.status().commits == 0)
        try await writer.applyIndex()
        #expect(try reader.status().commits == 1)
        try await writer.append(.small(2))
        let second = try LedgerReader.open(path: place.path)
        #expect(try second.usage(meter: "m").map(\.aggregate) == [.sum(Quantity(whole: 1), events: 1)])
        try await writer.close()
        #expect(try reader.usage(meter: "m").map(\.aggregate) == [.sum(Quantity(whole: 3), events: 2)])
        #expect(try second.usage(meter: "m").map(\.aggregate) == [.sum(Quantity(whole: 3), events: 2)])
    }

    @Test("A reader where no writer is gives the index what it lacks, and leaves a torn tail alone")
    func readerCatchesUp() async throws {
        let place = TemporaryLedger()
        let writer = try await place.open()
        try await writer.append(.small(1))
        try await writer.append(.small(2))
        await writer.abandon()
        let path = "segments/00000000000000000001.seg"
        let torn = try place.data(of: path) + [1, 2, 3]
        try place.replace(path, with: torn)
        #expect(try LedgerReader.open(path: place.path).status().commits == 2)
        #expect(try place.bytes(of: path) == torn)
        let report = try LedgerReader.verify(path: place.path)
        #expect(report.tornTailBytes == 3)
        #expect(report.isSound)
    }

    @Test("What a killed writer left of the index is read, and the next writer goes on with it")
    func killedWriter() async throws {
        let place = TemporaryLedger()
        let writer = try await place.open()
        try await writer.append(.small(1))
        try await writer.applyIndex()
        try await writer.append(.small(2))
        // As it lies on disk at this moment: the index's transaction is in its write-ahead log only.
        let read = try TemporaryLedger(copying: place)
        let written = try TemporaryLedger(copying: place)
        #expect(try read.names(in: "").contains("index.sqlite-wal"))
        #expect(try LedgerReader.open(path: read.path).status().commits == 2)
        let next = try await written.open()
        #expect(await next.recovery.framesReplayed == 1)
        #expect(await !next.recovery.indexRebuilt)
        try await next.close()
        try await writer.close()
        #expect(try LedgerReader.verify(path: written.path).problems == [])
    }

    @Test("Frames of one writer have one epoch, those of the next a higher one")
    func epochs() async throws {
        let place = TemporaryLedger()
        for number in 1...3 {
            let writer = try await place.open()
            try await writer.append(.small(number))
            try await writer.append(.small(number))
            try await writer.close()
        }
        var epochs: [UInt64] = []
        try LedgerReader.open(path: place.path).forEachCommit { epochs.append($0.epoch) }
        #expect(epochs == [1, 1, 2, 2, 3, 3])
    }

    @Test("Commits and the index go on beside each other")
    func concurrentIndex() async throws {
        let place = TemporaryLedger()
        let writer = try await place.open(LedgerOptions(maximumIndexLag: 3))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for number in 1...100 { try await writer.append(.small(number)) } }
            for _ in 0..<3 { group.addTask { for _ in 0..<50 { try await writer.applyIndex() } } }
            try await group.waitForAll()
        }
        try await writer.close()
        let usage = try LedgerReader.open(path: place.path).usage(meter: "m")
        #expect(usage.map(\.aggregate) == [.sum(Quantity(whole: 5_050), events: 100)])
    }

    @Test("A ledger that is not there is an error that says what to do")
    func missing() {
        let place = TemporaryLedger()
        let path = place.path
        #expect {
            try LedgerReader.open(path: path)
        } throws: { "\($0)" == "ledger \(path) does not exist; run `odometer run` first" }
        #expect(throws: LedgerError.missing(path: path)) { try LedgerReader.verify(path: path) }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("The key is made once, for its owner only")
    func key() async throws {
        let place = TemporaryLedger()
        let first = try await place.open()
        let key = await first.identityKey
        try await first.close()
        let second = try await place.open()
        #expect(await second.identityKey == key)
        #expect(key.count == 16 && Set(key).count > 4)
        try await second.close()
        let attributes = try FileManager.default.attributesOfItem(atPath: place.path + "/key")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
}
