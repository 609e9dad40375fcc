import Foundation
import GRDB
import Testing
import UsageModel

@testable import Ledger

/// What the index remembers from one transaction to the next, held to an index that is made in one.
@Suite("Usage merge")
struct UsageMergeTests {
    private struct Stop: Error {}

    private static let ledger = LedgerID(bytes: [UInt8](repeating: 7, count: 16))

    private func entries(_ commits: [Commit]) -> [LedgerEntry] {
        commits.enumerated().map { number, commit in
            LedgerEntry(
                seq: UInt64(number) + 1, epoch: 1, time: Timestamp(nanoseconds: 5), hash: .none, segment: "1",
                offset: UInt64(number), size: 100, content: .commit(commit))
        }
    }

    private func index(at place: borrowing TemporaryLedger) throws -> LedgerIndex {
        try place.directory.create()
        return try LedgerIndex.writing(place.directory)
    }

    private func randomCommits(_ count: Int) -> [Commit] {
        var generator = SplitMix64(seed: 3)
        return (0..<count).map { _ in .random(using: &generator, entries: 200, identities: 0) }
    }

    private func change(_ place: borrowing TemporaryLedger, _ sql: String) throws {
        let queue = try DatabaseQueue(path: place.path + "/index.sqlite")
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    @Test("However commits are spread over transactions and openings, the tables are the same")
    func transactions() throws {
        let entries = entries(randomCommits(40))
        let whole = try LedgerIndex.temporary()
        try whole.apply(to: Self.ledger, startingOver: true) { apply in try entries.forEach(apply) }
        let expected = try whole.contents().tables
        for (step, reopens) in [(1, false), (1, true), (3, false), (7, true)] {
            let place = TemporaryLedger()
            var parts = try index(at: place)
            for first in stride(from: 0, to: entries.count, by: step) {
                if reopens, first > 0 {
                    try parts.close()
                    parts = try LedgerIndex.writing(place.directory)
                }
                let part = entries[first..<min(first + step, entries.count)]
                try parts.apply(to: Self.ledger, startingOver: first == 0) { apply in try part.forEach(apply) }
            }
            #expect(try parts.contents().tables == expected)
        }
    }

    @Test("What a transaction that failed had added is not remembered")
    func failure() throws {
        let entries = entries(randomCommits(3))
        let index = try LedgerIndex.temporary()
        try index.apply(to: Self.ledger, startingOver: true) { apply in try apply(entries[0]) }
        #expect(throws: LedgerError.self) {
            try index.apply(to: Self.ledger) { apply in
                try apply(entries[1])
                throw Stop()
            }
        }
        // It ends behind its last row, when all rows were written.
        #expect(throws: LedgerError.self) {
            try index.apply(to: Self.ledger) { apply in
                try apply(entries[1])
                try apply(entries[0])
            }
        }
        for entry in entries[1...] { try index.apply(to: Self.ledger) { apply in try apply(entry) } }
        let whole = try LedgerIndex.temporary()
        try whole.apply(to: Self.ledger, startingOver: true) { apply in try entries.forEach(apply) }
        #expect(try index.contents().tables == whole.contents().tables)
    }

    @Test("A row that another connection changed is read again")
    func otherConnection() throws {
        let place = TemporaryLedger()
        let index = try index(at: place)
        let entries = entries([.small(1), .small(2), .small(3)])
        try index.apply(to: Self.ledger, startingOver: true) { apply in try apply(entries[0]) }
        try index.apply(to: Self.ledger) { apply in try apply(entries[1]) }
        try change(place, "UPDATE usage SET events = events + 100")
        try index.apply(to: Self.ledger) { apply in try apply(entries[2]) }
        #expect(try index.read { try Int.fetchOne($0, sql: "SELECT events FROM usage") } == 103)
    }

    @Test("A row that holds no numbers is an error, and not taken for zeros")
    func brokenRow() throws {
        let place = TemporaryLedger()
        let index = try index(at: place)
        let entries = entries([.small(1), .small(2)])
        try index.apply(to: Self.ledger, startingOver: true) { apply in try apply(entries[0]) }
        try change(place, "UPDATE usage SET high = 'x'")
        #expect {
            try index.apply(to: Self.ledger) { apply in try apply(entries[1]) }
        } throws: { "\($0)".contains("a row of usage holds something else than numbers") }
    }

    @Test("A number of events past 63 bits is an error that names the row")
    func tooManyEvents() throws {
        var commit = Commit.small(1)
        commit.delta.entries[0].aggregate = .sum(Quantity(whole: 1), events: 1 << 62)
        let entries = entries([commit, commit])
        let error = LedgerError.overflow(
            meter: "m", tenant: "t", window: Window(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 60)))
        let index = try LedgerIndex.temporary()
        try index.apply(to: Self.ledger, startingOver: true) { apply in try apply(entries[0]) }
        #expect(throws: error) { try index.apply(to: Self.ledger) { apply in try apply(entries[1]) } }
    }

    @Test("More rows than are remembered are written as they come, and added to again")
    func manyRows() throws {
        let rows: Int64 = 250_000
        var commit = Commit.small(1)
        commit.delta.entries = (0..<rows).map { number in
            var entry = commit.delta.entries[0]
            entry.window = Window(
                start: Timestamp(nanoseconds: number * 60), end: Timestamp(nanoseconds: number * 60 + 60))
            entry.aggregate = .sum(Quantity(whole: number - 1_000), events: 2)
            return entry
        }
        let index = try LedgerIndex.temporary()
        for entry in entries([commit, commit]) {
            try index.apply(to: Self.ledger, startingOver: entry.seq == 1) { apply in try apply(entry) }
        }
        var usage: [UsagePiece] = []
        let selection = UsageSelection(versions: try index.meterVersions(of: "m"))
        try index.scan(selection, tag: { _, _, _ in 0 }) { usage.append($0) }
        #expect(usage.count == Int(rows))
        #expect(
            usage.allSatisfy { row in
                let number = row.window.start.nanoseconds / 60
                return row.aggregate == .sum(Quantity(whole: 2 * (number - 1_000)), events: 4)
            })
    }
}
