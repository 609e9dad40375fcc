import Testing
import UsageModel

@testable import Ledger

@Suite("Sealed periods")
struct SealTests {
    private static let hour: Int64 = 3_600_000_000_000

    /// A commit with usage of two tenants in one hour.
    private static func commit(hour: Int64, _ amount: Int64, correction: Correction? = nil) -> Commit {
        var commit = Commit.small(Int(hour))
        let window = Window(
            start: Timestamp(nanoseconds: hour * Self.hour), end: Timestamp(nanoseconds: (hour + 1) * Self.hour))
        commit.delta.entries = ["a", "b"].map { tenant in
            UsageDelta.Entry(
                meter: 0, tenant: tenant, dimensions: [], window: window,
                aggregate: .sum(Quantity(whole: tenant == "a" ? amount : 1), events: 1), correction: correction)
        }
        return commit
    }

    private static func moment(_ hour: Int64) -> Timestamp { Timestamp(nanoseconds: hour * Self.hour) }

    private static func totals(_ seal: Seal) -> [String] {
        seal.totals.entries.map {
            "\($0.tenant) \($0.aggregate.value(dividedBy: .one) ?? .zero) \($0.aggregate.events)"
        }
    }

    @Test(
        "A seal freezes the windows that end by then; the next one goes on from there, and corrections change neither")
    func totals() async throws {
        let place = TemporaryLedger()
        let writer = try await place.open()
        for hour in Int64(0)..<6 { try await writer.append(Self.commit(hour: hour, 10 + hour)) }
        let first = try await writer.seal(before: Self.moment(3))
        #expect(Self.totals(first) == ["a 33 3", "b 3 3"])
        #expect(first.after == nil)
        #expect(first.asOf == 6)
        #expect(first.totals.entries[0].window == Window(start: Self.moment(0), end: Self.moment(3)))
        try await writer.append(Self.commit(hour: 1, 1_000, correction: .sealed))
        let second = try await writer.seal(before: Self.moment(5))
        #expect(Self.totals(second) == ["a 27 2", "b 2 2"])
        #expect(second.after == Self.moment(3))
        #expect(second.asOf == 8)
        await #expect(throws: LedgerError.self) { try await writer.seal(before: Self.moment(5)) }
        #expect(try await writer.status().sealedBefore == Self.moment(5))
        try await writer.close()

        let reader = try LedgerReader.open(path: place.path)
        var corrections: [String] = []
        try reader.forEachCorrection { corrections.append("\($0.seq) \($0.tenant) \($0.cause.name) \($0.value ?? "")") }
        #expect(corrections == ["8 a sealed 1000", "8 b sealed 1"])
        var log: [Timestamp?] = []
        try reader.forEachCommit { log.append($0.sealedBefore) }
        #expect(log.compactMap { $0 } == [Self.moment(3), Self.moment(5)])
        let report = try LedgerReader.verify(path: place.path)
        #expect(report.problems == [])
        #expect(report.seals == 2)
    }

    @Test("Seals have the numbers of what is no number, also of a gauge that held without a reading")
    func states() async throws {
        let place = TemporaryLedger()
        let writer = try await place.open()
        func commit(_ hour: Int64, value: Int64) -> Commit {
            var commit = Self.commit(hour: hour, 1)
            let sample = Sample(
                time: Self.moment(hour), partition: 1, position: .byte(UInt64(hour)), value: Quantity(whole: value))
            let states: [(Meter.Aggregation, Aggregate)] = [
                (.unique, .unique([Digest128(high: 0, low: UInt64(value))], events: 1)),
                (.latest, .latest(sample, events: 1)),
                (.increase, .increase([sample])), (.timeWeighted, .timeWeighted([sample])),
                (.avg, .avg(sample.value, events: 1)),
            ]
            let window = commit.delta.entries[0].window
            commit.delta = UsageDelta(
                meters: states.map { state in
                    UsageDelta.MeterHeader(
                        name: state.0.rawValue, aggregation: state.0, dimensions: [], hold: 5 * Self.hour)
                },
                entries: states.enumerated().map { number, state in
                    UsageDelta.Entry(
                        meter: UInt32(number), tenant: "t", dimensions: [], window: window, aggregate: state.1)
                })
            return commit
        }
        for (hour, value) in [(0, 4), (1, 9), (2, 4)] {
            try await writer.append(commit(Int64(hour), value: Int64(value)))
        }
        func totals(_ seal: Seal) -> [String] {
            seal.totals.entries.map {
                "\(seal.totals.meters[Int($0.meter)].name) \($0.aggregate.value(dividedBy: .one) ?? .zero) \($0.aggregate.events)"
            }
        }
        #expect(
            totals(try await writer.seal(before: Self.moment(2))) == [
                "avg 6.5 2", "increase 5 2", "latest 9 2", "time_weighted 13 2", "unique 2 2",
            ])
        #expect(
            totals(try await writer.seal(before: Self.moment(3))) == [
                "avg 4 1", "increase 4 1", "latest 4 1", "time_weighted 4 1", "unique 1 1",
            ])
        #expect(totals(try await writer.seal(before: Self.moment(9))) == ["time_weighted 16 0"])
        try await writer.close()
        #expect(try LedgerReader.verify(path: place.path).problems == [])
    }

    @Test("An index that is made again knows the seals")
    func rebuilt() async throws {
        let place = TemporaryLedger()
        var writer = try await place.open()
        for hour in Int64(0)..<3 { try await writer.append(Self.commit(hour: hour, 1)) }
        _ = try await writer.seal(before: Self.moment(2))
        try await writer.append(Self.commit(hour: 3, 1))
        try await writer.close()
        let before = try LedgerReader.open(path: place.path).status()
        try place.remove("index.sqlite")
        writer = try await place.open()
        #expect(try await writer.status() == before)
        try await writer.close()
    }

    @Test("A seal whose totals are not those of the frames before it is damage")
    func forged() async throws {
        let place = TemporaryLedger()
        let writer = try await place.open()
        for hour in Int64(0)..<3 { try await writer.append(Self.commit(hour: hour, 1)) }
        var seal = try await writer.seal(before: Self.moment(2))
        try await writer.close()
        // A frame that is whole in every other way.
        seal.before = Self.moment(3)
        seal.after = Self.moment(2)
        seal.asOf = 4
        var segments = try OpenedSegments.open(place.directory, segmentBytes: 1 << 20, knownBy: nil).takeWriter()
        _ = try segments.append(.seal(seal), time: Self.moment(0))
        let report = try LedgerReader.verify(path: place.path)
        #expect(report.problems.count == 1)
        #expect(report.problems.first?.contains("frame 5 seals other totals") == true)
        await #expect {
            try await place.open()
        } throws: { "\($0)".contains("frame 5 seals other totals") }
        try place.remove("index.sqlite")
        await #expect {
            try await place.open()
        } throws: { "\($0)".contains("frame 5 seals other totals") }
    }

    @Test("A seal comes back from its bytes as it was, and no shorter beginning of them is one")
    func codec() throws {
        for after in [nil, Timestamp(nanoseconds: -5)] {
            let seal = Seal(
                before: Timestamp(nanoseconds: 7), after: after, asOf: 12, totals: Commit.golden.delta)
            let bytes = SealCodec.encode(seal)
            #expect(try SealCodec.decode(bytes) == seal)
            for length in 0..<bytes.count {
                #expect(throws: CodecError.self) { try SealCodec.decode(Array(bytes[..<length])) }
            }
        }
    }
}
