public import Testing
import UsageModel

/// What every source reader promises. ``check(_:)`` holds one to it; a suite of each reader goes through all of them.
public enum SourcePromise: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case order = "Partitions come in the order of their names, and records in the order of the source"
    case bytes = "Records are the bytes that were written, whatever they are"
    case batches = "Batches are no larger than asked for, and their size changes no record and no byte"
    case end = "A partition's last batch says so, and a source that was read gives nothing until there is more"
    case growth = "What comes later is read when the reader is asked again, also in new partitions"
    case resume = "From every position that was given out the rest is read, and nothing twice"
    case crashes = "Through random growth and crashes every record is given out once"
    case cancellation = "A cancelled reading loses nothing"
    case backPressure = "Nothing is read ahead of what is asked for but one batch, as the lag tells"

    public var testDescription: String { rawValue }

    /// - Parameter make: makes an empty source.
    public func check(_ make: () throws -> any SourceFixture) async throws {
        var fixture = try make()
        switch self {
        case .order: try await checkOrder(&fixture)
        case .bytes: try await checkBytes(&fixture)
        case .batches: try await checkBatches(&fixture)
        case .end: try await checkEnd(&fixture)
        case .growth: try await checkGrowth(&fixture)
        case .resume: try await checkResume(&fixture)
        case .crashes: for seed in 1...20 { try await SourceCrashes(seed: UInt64(seed)).check(make) }
        case .cancellation: try await checkCancellation(&fixture)
        case .backPressure: try await checkBackPressure(&fixture)
        }
    }

    /// Records like those of a log, told apart by partition and number.
    static func records(_ partition: Int, _ numbers: Range<Int>) -> [[UInt8]] {
        numbers.map {
            Array(
                "{\"partition\":\(partition),\"number\":\($0),\"fill\":\"\(String(repeating: "x", count: $0 % 50))\"}"
                    .utf8)
        }
    }

    /// Fills three partitions, and tells what they hold.
    static func fill(_ fixture: inout any SourceFixture, _ count: Int = 400) async throws -> [[[UInt8]]] {
        var all: [[[UInt8]]] = []
        // Written in another order than they are read in.
        for partition in [2, 0, 1] { try await fixture.append(records(partition, 0..<count), to: partition) }
        for partition in 0..<3 { all.append(records(partition, 0..<count)) }
        return all
    }

    private func checkOrder(_ fixture: inout any SourceFixture) async throws {
        let expected = try await Self.fill(&fixture)
        var reading = fixture.reading
        var reader = try fixture.reader(resume: [], batchBytes: 4_096)
        try await reading.drain(&reader)
        #expect(reading.order == reading.order.sorted())
        #expect(reading.order.map { reading.records[$0] } == expected)
    }

    private func checkBytes(_ fixture: inout any SourceFixture) async throws {
        let odd: [[UInt8]] = [
            [0], [0xFF, 0xFE], Array("\u{0}{\"a\":\"\u{7f}\"}".utf8), [0xC3], Array(repeating: 0x80, count: 3_000),
            Array("caf\u{65}\u{301} ☃".utf8), Array("{\"unfinished\":".utf8), [0x1F, 0x8B, 0x08], [0x22], [0x5C],
        ]
        // Behind one that is not odd, so that no partition looks like a compressed one.
        let expected = Self.records(0, 0..<1) + odd
        try await fixture.append(expected, to: 0)
        var reading = fixture.reading
        var reader = try fixture.reader(resume: [], batchBytes: 1_024)
        try await reading.drain(&reader)
        #expect(reading.all == [expected])
    }

    private func checkBatches(_ fixture: inout any SourceFixture) async throws {
        let expected = try await Self.fill(&fixture)
        var contents: [[ByteString: [UInt8]]] = []
        for size in [300, 1_000, 4_096, 1 << 20] {
            var reading = fixture.reading
            var reader = try fixture.reader(resume: [], batchBytes: size)
            try await reading.drain(&reader)
            #expect(reading.all == expected)
            #expect(reading.longest <= size)
            contents.append(reading.contents)
        }
        #expect(contents.allSatisfy { $0 == contents[0] })
    }

    private func checkEnd(_ fixture: inout any SourceFixture) async throws {
        _ = try await Self.fill(&fixture)
        var reading = fixture.reading
        var reader = try fixture.reader(resume: [], batchBytes: 1_000)
        try await reading.drain(&reader)
        #expect(reading.ended == Set(reading.order))
        for _ in 0..<3 { #expect(try await reading.drain(&reader) == 0) }
        let lag = try await reader.lag()
        #expect(lag.allSatisfy { $0.lagBytes == 0 && $0.pendingBytes == 0 })
    }

    private func checkGrowth(_ fixture: inout any SourceFixture) async throws {
        var expected = try await Self.fill(&fixture)
        var reading = fixture.reading
        var reader = try fixture.reader(resume: [], batchBytes: 1_000)
        try await reading.drain(&reader)
        try await fixture.append(Self.records(1, 400..<500), to: 1)
        try await fixture.append(Self.records(3, 0..<50), to: 3)
        expected[1] += Self.records(1, 400..<500)
        expected.append(Self.records(3, 0..<50))
        try await reading.drain(&reader)
        #expect(reading.all == expected)
    }

    private func checkResume(_ fixture: inout any SourceFixture) async throws {
        let expected = try await Self.fill(&fixture, 60)
        var batches = 0
        while true {
            var reading = fixture.reading
            var reader = try fixture.reader(resume: [], batchBytes: 700)
            let isAll = try await reading.drain(&reader, batches: batches) < batches
            reader = try fixture.reader(resume: reading.resume, batchBytes: 500)
            try await reading.drain(&reader)
            #expect(reading.all == expected, "resumed behind \(batches) batches")
            if isAll { break }
            batches += 1
        }
        #expect(batches > 10)
    }

    private func checkCancellation(_ fixture: inout any SourceFixture) async throws {
        let expected = try await Self.fill(&fixture)
        let reader = try fixture.reader(resume: [], batchBytes: 1_000)
        let empty = fixture.reading
        var reading = await withTaskGroup(of: SourceReading.self) { group in
            group.addTask {
                var (reading, reader) = (empty, reader)
                // A reader may give up when it is cancelled; what it gave out before stands.
                _ = try? await reading.drain(&reader, batches: 7)
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                _ = try? await reading.drain(&reader, batches: 7)
                return reading
            }
            return await group.next() ?? empty
        }
        #expect(reading.states.isEmpty == false)
        var next = try fixture.reader(resume: reading.resume, batchBytes: 1_000)
        try await reading.drain(&next)
        #expect(reading.all == expected)
    }

    private func checkBackPressure(_ fixture: inout any SourceFixture) async throws {
        _ = try await Self.fill(&fixture)
        var reading = fixture.reading
        var reader = try fixture.reader(resume: [], batchBytes: 1_000)
        let before = try await reader.lag().reduce(0) { $0 + $1.lagBytes }
        #expect(before > 0)
        try await reading.drain(&reader, batches: 2)
        var other = try fixture.reader(resume: reading.resume, batchBytes: 1_000)
        let after = try await other.lag().reduce(0) { $0 + $1.lagBytes }
        #expect(after > 0 && after <= before)
        // The partition that is being read is one batch ahead, the others are untouched.
        #expect(reading.order.count == 1)
    }
}
