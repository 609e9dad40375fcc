import Foundation
import Synchronization
import Testing
import UsageModel

@testable import Ledger

@Suite("The archive's files")
struct ArchiveFilesTests {
    private static let day: Int64 = 86_400

    private static func batch(_ number: Int) -> RecordBatch {
        .lines(number * 10..<number * 10 + 10, from: UInt64(number) * 10_000)
    }

    private static func isThere(_ batch: RecordBatch, in archive: borrowing TemporaryArchive) async -> Bool {
        guard case .success(let found) = await archive.reader.result(of: batch.committed) else { return false }
        return found.isSame(as: batch)
    }

    @Test("A full file is ended, and a commit's blocks stay in one")
    func rolls() async throws {
        let archive = TemporaryArchive()
        var files = try archive.open(fileBytes: 300)
        for number in 0..<6 { try files.append([Self.batch(2 * number), Self.batch(2 * number + 1)], seconds: 0) }
        #expect(try archive.names.count == 6)
        for number in 0..<12 { #expect(await Self.isThere(Self.batch(number), in: archive)) }
    }

    @Test(
        "Files whose newest block is older than what is kept are removed, in this run and in later ones, the last never"
    )
    func keep() async throws {
        let archive = TemporaryArchive()
        var files = try archive.open(keep: .seconds(10 * Self.day), fileBytes: 1)
        for number in 0..<5 { try files.append([Self.batch(number)], seconds: Int64(number) * Self.day) }
        try files.removeExpired(seconds: 10 * Self.day)
        #expect(try archive.names.count == 5)
        try files.removeExpired(seconds: 12 * Self.day)
        #expect(try archive.directory.numbers() == [3, 4, 5])
        // A later run knows nothing but the files.
        var later = try archive.open(keep: .seconds(10 * Self.day), fileBytes: 1)
        try later.removeExpired(seconds: 13 * Self.day + 1)
        #expect(try archive.directory.numbers() == [5])
        try later.removeExpired(seconds: 99 * Self.day)
        #expect(try archive.directory.numbers() == [5])
        #expect(await Self.isThere(Self.batch(4), in: archive))
        guard case .failure(.gone) = await archive.reader.result(of: Self.batch(0).committed) else {
            Issue.record("it is not told as gone")
            return
        }
    }

    @Test("A file that was written for long is kept until its newest block is too old")
    func keepsByNewest() throws {
        let archive = TemporaryArchive()
        var files = try archive.open()
        for day in [0, 5, 20] { try files.append([Self.batch(day)], seconds: Int64(day) * Self.day) }
        // Nothing but a broken end makes the next run begin a file.
        try archive.replace(1, with: try archive.bytes(of: 1) + [1])
        files = try archive.open(keep: .seconds(10 * Self.day))
        try files.append([Self.batch(99)], seconds: 40 * Self.day)
        var later = try archive.open(keep: .seconds(10 * Self.day))
        try later.removeExpired(seconds: 29 * Self.day)
        #expect(try archive.directory.numbers() == [1, 2])
        try later.removeExpired(seconds: 31 * Self.day)
        #expect(try archive.directory.numbers() == [2])
    }

    @Test("Without a limit nothing is removed")
    func keepsAll() throws {
        let archive = TemporaryArchive()
        var files = try archive.open(fileBytes: 1)
        for number in 0..<3 { try files.append([Self.batch(number)], seconds: 0) }
        try files.removeExpired(seconds: Int64.max / 2_000_000_000)
        #expect(try archive.names.count == 3)
    }

    @Test("What a crash left is not written to again, and hides nothing before or behind it")
    func tornTail() async throws {
        let archive = TemporaryArchive()
        try archive.write([Self.batch(0), Self.batch(1)])
        let whole = try archive.bytes(of: 1)
        for count in [whole.count - 1, ArchiveFileHeader.size + 10, 10, 0] {
            try archive.replace(1, with: Array(whole[..<count]))
            try archive.write([Self.batch(2)])
            #expect(try archive.directory.numbers() == [1, 2])
            #expect(try archive.bytes(of: 1).count == count)
            #expect(await Self.isThere(Self.batch(0), in: archive) == (count == whole.count - 1))
            #expect(await Self.isThere(Self.batch(2), in: archive))
            try FileManager.default.removeItem(atPath: archive.directory.path(of: 2))
        }
    }

    @Test("Of two blocks of a range the later one counts: the earlier one is of a commit that never was")
    func later() async throws {
        let archive = TemporaryArchive()
        let left = Self.batch(3)
        var committed = left
        committed.bytes[2] ^= 1
        try archive.write([left])
        try archive.write([committed])
        #expect(await Self.isThere(committed, in: archive))
    }

    @Test("Another ledger's archive is refused, and read as if it was not there")
    func foreign() async throws {
        let archive = TemporaryArchive()
        try archive.write([Self.batch(0)])
        let other = LedgerID(bytes: [UInt8](repeating: 9, count: 16))
        #expect(throws: LedgerError.foreignArchive(path: archive.path)) {
            try ArchiveFiles(archive.directory, of: other, keep: nil)
        }
        let reader = ArchiveRangeReader(ArchivedRanges(archive.directory, of: other))
        guard case .failure(.gone) = await reader.result(of: Self.batch(0).committed) else {
            Issue.record("it was read")
            return
        }
    }

    @Test(
        "After a failed change of the disk nothing more is taken",
        arguments: [FaultyDisk.Operation.create, .write, .sync, .syncDirectory])
    func poisoned(operation: FaultyDisk.Operation) throws {
        let archive = TemporaryArchive()
        _ = try archive.open()
        let isFaulty = Atomic(false)
        let disk = FaultyDisk { asked, _ in asked == operation && isFaulty.load(ordering: .relaxed) ? EIO : nil }
        var files = try ArchiveFiles(
            ArchiveDirectory(path: archive.path, disk: disk), of: TemporaryArchive.ledger, keep: nil)
        isFaulty.store(true, ordering: .relaxed)
        let error = try #require(throws: LedgerError.self) { try files.append([Self.batch(0)], seconds: 0) }
        guard case .system(_, _, EIO) = error else {
            Issue.record("\(error)")
            return
        }
        isFaulty.store(false, ordering: .relaxed)
        #expect(throws: LedgerError.poisoned(cause: error.description)) {
            try files.append([Self.batch(0)], seconds: 0)
        }
    }

    @Test("A writer that was taken over writes nothing any more")
    func takenOver() async throws {
        let place = TemporaryLedger()
        let archive = TemporaryArchive()
        let first = try await place.open()
        let before = try await first.openArchive(at: archive.path, keep: nil)
        let block = try #require(ArchiveBlock(Self.batch(0)))
        try await before.append([block])
        try place.remove("lock")
        let second = try await place.open()
        let after = try await second.openArchive(at: archive.path, keep: nil)
        try await after.append([block])
        let size = try archive.bytes(of: 1).count
        await #expect(throws: LedgerError.fenced(epoch: 1, by: 2)) { try await before.append([block]) }
        await #expect(throws: LedgerError.fenced(epoch: 1, by: 2)) { try await first.archivePiece(of: [block]) }
        #expect(try archive.bytes(of: 1).count == size)
        try await second.close()
    }
}
