import Foundation
import GRDB
import Testing
import UsageModel

@testable import Ledger

@Suite("Index")
struct IndexTests {
    private func ledger(commits: Int = 30, seed: UInt64 = 1) async throws -> TemporaryLedger {
        let place = TemporaryLedger()
        var generator = SplitMix64(seed: seed)
        let writer = try await place.open(LedgerOptions(segmentBytes: 20_000))
        _ = try await writer.ensureDocument(.configuration, Array("ledger: {}".utf8))
        for _ in 0..<commits { try await writer.append(.random(using: &generator)) }
        try await writer.close()
        return place
    }

    private func contents(_ place: borrowing TemporaryLedger) throws -> [LedgerIndex.TableContents] {
        try #require(try LedgerIndex.reading(place.directory)).contents().tables
    }

    private func change(_ place: borrowing TemporaryLedger, _ sql: String) throws {
        let queue = try DatabaseQueue(path: place.path + "/index.sqlite")
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    @Test("Deleted, broken, empty, of another version or of another ledger, it is made again the same")
    func madeAgain() async throws {
        let original = try await ledger()
        let other = try await ledger(seed: 2)
        let expected = try contents(original)
        for damage in 0..<5 {
            let place = try TemporaryLedger(copying: original)
            switch damage {
            case 0: try place.remove("index.sqlite")
            case 1: try place.replace("index.sqlite", with: [UInt8](repeating: 0x55, count: 8_192))
            case 2: try place.replace("index.sqlite", with: [])
            case 3: try change(place, "UPDATE meta SET version = 99; DROP TABLE usage")
            default: try place.replace("index.sqlite", with: other.bytes(of: "index.sqlite"))
            }
            let writer = try await place.open()
            #expect(await writer.recovery.indexRebuilt)
            #expect(await writer.recovery.framesReplayed == 31)
            try await writer.close()
            #expect(try contents(place) == expected)
            #expect(try LedgerReader.verify(path: place.path).problems == [])
        }
    }

    @Test("Behind the segments, it is given only what it lacks")
    func behind() async throws {
        let place = try await ledger()
        let old = try place.bytes(of: "index.sqlite")
        var generator = SplitMix64(seed: 9)
        let writer = try await place.open()
        for _ in 0..<5 { try await writer.append(.random(using: &generator)) }
        try await writer.close()
        let expected = try contents(place)
        try place.replace("index.sqlite", with: old)
        let again = try await place.open()
        #expect(await again.recovery.framesReplayed == 5)
        #expect(await !again.recovery.indexRebuilt)
        try await again.close()
        #expect(try contents(place) == expected)
    }

    @Test("Ahead of the segments, it halts, for what it knows was durable; without it the ledger goes on")
    func ahead() async throws {
        let place = try await ledger()
        let expected = try contents(place)
        let old = try TemporaryLedger(copying: place)
        let writer = try await place.open()
        for number in 0..<5 { try await writer.append(.small(number)) }
        try await writer.close()
        try old.replace("index.sqlite", with: place.bytes(of: "index.sqlite"))
        let report = try LedgerReader.verify(path: old.path)
        #expect(report.problems == ["the index knows 36 frames, but the segments end with frame 31"])
        let before = try old.files()
        await #expect {
            try await old.open()
        } throws: { "\($0)".contains("the segments end with frame 31, but the index knows frame 36") }
        #expect(try old.files() == before)
        try old.remove("index.sqlite")
        let again = try await old.open()
        #expect(await again.recovery.indexRebuilt)
        try await again.close()
        #expect(try contents(old) == expected)
    }

    @Test("When its last frame has another hash, it is made again")
    func otherHistory() async throws {
        let place = try await ledger()
        let branch = try TemporaryLedger(copying: place)
        for (number, ledger) in [place.path, branch.path].enumerated() {
            let writer = try await LedgerWriter.open(path: ledger) { Timestamp(nanoseconds: 5) }
            try await writer.append(.small(number))
            try await writer.close()
        }
        let expected = try contents(place)
        try place.replace("index.sqlite", with: branch.bytes(of: "index.sqlite"))
        let again = try await place.open()
        #expect(await again.recovery.indexRebuilt)
        try await again.close()
        #expect(try contents(place) == expected)
    }

    @Test("Verification names the table that does not say what the segments say")
    func tampered() async throws {
        let original = try await ledger()
        for (table, sql) in [
            ("usage", "UPDATE usage SET events = events + 1 WHERE rowid_free = 0"),
            ("meta", "UPDATE meta SET accepted = '7'"),
            ("partitions", "DELETE FROM partitions"), ("commits", "UPDATE commits SET time = 1 WHERE seq = 3"),
            ("documents", "DELETE FROM documents"), ("rejections", "UPDATE rejections SET count = count + 1"),
            ("quarantine", "DELETE FROM quarantine WHERE number = 0"),
            ("meters", "UPDATE meters SET name = 'x' WHERE id = 1"),
        ] {
            let place = try TemporaryLedger(copying: original)
            try change(place, sql.replacingOccurrences(of: "rowid_free = 0", with: "window_start = 0"))
            let report = try LedgerReader.verify(path: place.path)
            #expect(report.problems.contains { $0.contains("table \(table) differs") })
        }
    }

    @Test("A total that does not fit is an error that names it, and the segments keep every part")
    func overflow() async throws {
        let place = TemporaryLedger()
        var commit = Commit.small(1)
        commit.delta.entries[0].aggregate = .sum(Quantity(units: .max), events: 1)
        let writer = try await place.open()
        try await writer.append(commit)
        try await writer.applyIndex()
        try await writer.append(commit)
        let error = LedgerError.overflow(
            meter: "m", tenant: "t", window: Window(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 60)))
        await #expect(throws: error) { try await writer.applyIndex() }
        await #expect(throws: error) { try await writer.append(.small(2)) }
        await writer.abandon()
        #expect(try place.commits() == [commit, commit])
        await #expect(throws: error) { try await place.open() }
    }

    @Test("A document is stored once, and read again by its digest")
    func documents() async throws {
        let place = TemporaryLedger()
        let text = Array("subject,tenant\na,b\n".utf8)
        let writer = try await place.open()
        let digest = try await writer.ensureDocument(.tenants, text)
        #expect(try await writer.ensureDocument(.tenants, text) == digest)
        try await writer.close()
        let again = try await place.open()
        #expect(try await again.ensureDocument(.tenants, text) == digest)
        #expect(try await again.append(.small(1)) == 2)
        try await again.close()
        let reader = try LedgerReader.open(path: place.path)
        #expect(try reader.document(digest) == text)
        #expect(try reader.document(.none) == nil)
        #expect(try LedgerReader.verify(path: place.path).documents == 1)
    }

    @Test("Log, quarantine, rejections and watermark are those of the commits")
    func tables() async throws {
        let place = try await ledger()
        let commits = try place.commits()
        let reader = try LedgerReader.open(path: place.path)
        var log: [CommitSummary] = []
        try reader.forEachCommit { log.append($0) }
        #expect(log.map(\.seq) == Array(2...31))
        #expect(log.map(\.counts) == commits.map(\.counts))
        #expect(log.map(\.watermark) == commits.map(\.watermark))
        var records: [QuarantineRow] = []
        try reader.forEachQuarantined { records.append($0) }
        let quarantine = commits.flatMap(\.quarantine)
        #expect(records.map(\.position) == quarantine.map(\.position))
        #expect(records.map(\.reason) == quarantine.map(\.reason))
        let status = try reader.status()
        #expect(status.lastCommit == log.last)
        #expect(status.watermark == commits.compactMap(\.watermark).last)
        for reason in RejectReason.allCases where reason != .conflict {
            let count = quarantine.filter { $0.reason == reason }.count
            #expect(status.rejectedByReason.first { $0.reason == reason }?.count ?? 0 == UInt64(count))
        }
        #expect(!status.rejectedByReason.contains { $0.reason == .conflict })
    }

    @Test("Usage is cut by tenant and by time")
    func filters() async throws {
        let place = try await ledger()
        let reader = try LedgerReader.open(path: place.path)
        let all = try reader.usage(meter: "m-sum")
        let (from, to) = (Timestamp(nanoseconds: 0), Timestamp(nanoseconds: 7_200_000_000_000))
        #expect(
            try reader.usage(meter: "m-sum", tenant: "a", from: from, to: to)
                == all.filter { $0.tenant == "a" && $0.window.start >= from && $0.window.start < to })
        #expect(all.contains { $0.tenant == "a" && $0.window.start == from })
        #expect(try reader.usage(meter: "none") == [])
    }

    @Test("A series' key gives its dimensions again, and sorts as they do")
    func seriesKeys() {
        let values: [ByteString?] = [
            nil, [], [0], [0, 0], [0, 1], [0, 0xFF], [1], [0x61], [0x61, 0], [0x62], [0xFF], [0xFF, 1],
        ]
        .map { $0.map { ByteString($0) } }
        let keys = values.flatMap { first in values.map { [first, $0] } }
        let encoded = keys.map { SeriesKey.encode($0) }
        #expect(encoded.map { SeriesKey.decode($0) } == keys)
        #expect(zip(encoded, encoded.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
    }
}
