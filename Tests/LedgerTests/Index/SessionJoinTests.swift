import Testing
import UsageModel

@testable import Ledger

@Suite("Sessions that join, and usage that moves")
struct SessionJoinTests {
    private static let minute: Int64 = 60_000_000_000
    private static let header = UsageDelta.MeterHeader(
        name: "s", aggregation: .unique, dimensions: [], isSession: true)

    private func window(_ start: Int64, _ end: Int64) -> Window {
        Window(
            start: Timestamp(nanoseconds: start * Self.minute), end: Timestamp(nanoseconds: end * Self.minute))
    }

    private func commit(
        _ parts: [(start: Int64, end: Int64, values: [UInt64])], closed: Int64? = nil, correction: Correction? = nil
    ) -> Commit {
        var commit = Commit(configuration: .none, tenants: .none)
        commit.closed = closed.map { Timestamp(nanoseconds: $0 * Self.minute) }
        commit.delta = UsageDelta(
            meters: [Self.header],
            entries: parts.map { part in
                UsageDelta.Entry(
                    meter: 0, tenant: "t", dimensions: [], window: window(part.start, part.end),
                    aggregate: .unique(
                        part.values.map { Digest128(high: 0, low: $0) }, events: UInt64(part.values.count)),
                    correction: correction)
            })
        return commit
    }

    /// The index of some commits: its sessions, and its corrections as lines.
    private func index(_ commits: [Commit]) throws -> (rows: [String], corrections: [String]) {
        let index = try LedgerIndex.temporary()
        let entries = commits.enumerated().map { number, commit in
            LedgerEntry(
                seq: UInt64(number) + 1, epoch: 1, time: Timestamp(nanoseconds: 0), hash: .none, segment: "1",
                offset: 0,
                size: 0, content: .commit(commit))
        }
        try index.apply(to: LedgerID(bytes: [UInt8](repeating: 7, count: 16)), startingOver: true) { apply in
            try entries.forEach(apply)
        }
        let directory = LedgerDirectory(path: "/nowhere")
        let reader = LedgerReader(directory: directory, store: DirectoryStore(directory), index: index)
        func minutes(_ window: Window) -> String {
            "\(window.start.nanoseconds / Self.minute)-\(window.end.nanoseconds / Self.minute)"
        }
        var corrections: [String] = []
        try reader.forEachCorrection { row in
            corrections.append(
                "\(row.seq) \(row.tenant) \(minutes(row.window)) \(row.cause.name) \(row.isDebit ? "-" : "+")\(row.value ?? "?")"
            )
        }
        let rows = try reader.usage(meter: "s").map { row in
            "\(row.tenant) \(minutes(row.window)) \(row.aggregate.value(dividedBy: .one) ?? .zero) of \(row.aggregate.events)"
        }
        return (rows, corrections)
    }

    @Test("Parts that overlap are one session; parts that touch are two")
    func joins() throws {
        let parts = [(0, 10, [1, 2]), (5, 20, [2, 3]), (20, 30, [9]), (40, 50, [4])] as [(Int64, Int64, [UInt64])]
        let expected = ["t 0-20 3 of 4", "t 20-30 1 of 1", "t 40-50 1 of 1"]
        #expect(try index([commit(parts.map { ($0.0, $0.1, $0.2) })]).rows == expected)
        #expect(try index(parts.reversed().map { commit([$0]) }).rows == expected)
    }

    @Test("A late event that joins two closed sessions takes both away, and puts the joined one in their place")
    func correctsBoth() throws {
        let found = try index([
            commit([(0, 10, [1, 2]), (15, 25, [2, 3])]), commit([(8, 18, [7])], closed: 30, correction: .late),
        ])
        #expect(found.rows == ["t 0-25 4 of 5"])
        #expect(found.corrections == ["2 t 15-25 late -2", "2 t 0-10 late -2", "2 t 0-25 late +4"])
    }

    @Test("A late event corrects what was closed; in a session that is open still it corrects nothing")
    func late() throws {
        let open = try index([commit([(0, 40, [1])]), commit([(5, 15, [2])], closed: 30, correction: .late)])
        #expect(open.rows == ["t 0-40 2 of 2"])
        #expect(open.corrections == [])
        let alone = try index([commit([(0, 10, [1])]), commit([(15, 25, [2])], closed: 30, correction: .late)])
        #expect(alone.rows == ["t 0-10 1 of 1", "t 15-25 1 of 1"])
        #expect(alone.corrections == ["2 t 15-25 late +1"])
        // It is not late by itself, but makes longer what was closed.
        let longer = try index([commit([(0, 29, [1])]), commit([(25, 35, [2])], closed: 30)])
        #expect(longer.rows == ["t 0-35 2 of 2"])
        #expect(longer.corrections == ["2 t 0-29 late -1", "2 t 0-35 late +2"])
    }

    @Test("A debit takes all of a window away, and is believed only where it says all of it")
    func debits() throws {
        var moved = commit([(0, 10, [1, 2]), (0, 10, [1, 2])])
        moved.delta.entries[0].correction = .debit
        moved.delta.entries[1].tenant = "u"
        moved.delta.entries[1].correction = .credit
        let found = try index([commit([(0, 10, [1, 2])]), commit([(50, 60, [3])]), moved])
        #expect(found.rows == ["u 0-10 2 of 2", "t 50-60 1 of 1"])
        #expect(found.corrections == ["3 t 0-10 reassigned_debit -2", "3 u 0-10 reassigned_credit +2"])
        for other in [[1, 3], [1], []] as [[UInt64]] {
            var wrong = moved
            wrong.delta.entries[0].aggregate = .unique(other.map { Digest128(high: 0, low: $0) }, events: 2)
            #expect {
                try index([commit([(0, 10, [1, 2])]), wrong])
            } throws: { "\($0)".contains("takes away other usage than there is") }
        }
    }

    @Test("A commit that the index would refuse is refused before it is durable")
    func checked() async throws {
        let place = TemporaryLedger()
        let writer = try await place.open()
        var big = Commit.small(1)
        big.delta.entries[0].aggregate = .sum(Quantity(units: .max), events: 1)
        try await writer.append(big)
        await #expect(throws: LedgerError.self) { try await writer.append(checking: .small(2)) }
        var debit = Commit.small(3)
        debit.delta.entries[0].correction = .debit
        await #expect(throws: LedgerError.self) { try await writer.append(checking: debit) }
        debit.delta.entries[0].aggregate = big.delta.entries[0].aggregate
        try await writer.append(checking: debit)
        try await writer.append(checking: .small(2))
        try await writer.close()
        let reader = try LedgerReader.open(path: place.path)
        #expect(try reader.usage(meter: "m").map(\.aggregate) == [.sum(Quantity(whole: 2), events: 1)])
        #expect(try LedgerReader.verify(path: place.path).problems == [])
    }

    @Test("Hundreds of commits of one window leave few pieces, and all their values")
    func pieces() throws {
        let commits = (0..<700).map { commit([(0, 10, [UInt64($0 % 300)])]) }
        #expect(try index(commits).rows == ["t 0-10 300 of 700"])
    }

    @Test("A recount takes the place of what there was of the meter, and of no other")
    func recount() throws {
        var again = commit([(0, 10, [5])])
        again.recounted = [0]
        var other = commit([(0, 10, [1, 2])])
        other.delta.meters[0].definition = "other"
        #expect(
            try index([commit([(0, 10, [1]), (20, 30, [2])]), other, again]).rows.sorted()
                == ["t 0-10 1 of 1", "t 0-10 2 of 2"])
    }
}
