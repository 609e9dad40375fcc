import Testing
import UsageModel

@testable import Ledger

@Suite("Torn tail")
struct TornTailTests {
    private static let segment = "segments/00000000000000000001.seg"

    /// Three commits, of which the index has two.
    private func ledger(commits: Int = 3) async throws -> TemporaryLedger {
        let place = TemporaryLedger()
        let writer = try await place.open()
        for number in 1..<commits { try await writer.append(.small(number)) }
        try await writer.applyIndex()
        try await writer.append(.small(commits))
        await writer.abandon()
        return place
    }

    /// Where the last commit's frame begins.
    private func lastFrame(of place: borrowing TemporaryLedger) throws -> Int {
        var reader = try SegmentReader(try Segment.all(in: place.store), in: place.store)
        var start = 0
        while case .frame(_, _, let offset) = try reader.next() { start = Int(offset) }
        return start
    }

    @Test(
        "Cut short, zero-filled or filled with garbage at any byte, the last frame is kept, cut and passed",
        arguments: [0, 1, 2])
    func everyLength(filling: Int) async throws {
        let original = try await ledger()
        let start = try lastFrame(of: original)
        let whole = try original.data(of: TornTailTests.segment)
        var generator = SplitMix64(seed: 5)
        for length in start..<whole.count {
            var torn = Array(whole[..<length])
            if filling == 1 { torn += [UInt8](repeating: 0, count: whole.count - length) }
            if filling == 2 {
                torn += (length..<whole.count).map { _ in UInt8.random(in: 0...255, using: &generator) }
                if torn == whole { continue }
            }
            // Zeros alone are room for what is to come.
            let end = (torn.lastIndex { $0 != 0 } ?? 0) + 1
            if end <= start || torn == whole { continue }
            let place = try TemporaryLedger(copying: original)
            try place.replace(TornTailTests.segment, with: torn)
            let writer = try await place.open()
            let recovery = await writer.recovery
            #expect(recovery.tornBytes == UInt64(end - start))
            #expect(recovery.tornOffset == UInt64(start))
            #expect(try place.commits() == [.small(1), .small(2)])
            #expect(
                try place.bytes(of: "quarantine/torn-00000000000000000001.seg-\(start)") == Array(torn[start..<end]))
            #expect(try await writer.append(.small(9)) == 3)
            try await writer.close()
            #expect(try place.names(in: "segments").last == "00000000000000000003.seg")
            #expect(try place.commits() == [.small(1), .small(2), .small(9)])
            #expect(try LedgerReader.verify(path: place.path).problems == [])
        }
    }

    @Test("Zeros after the last whole frame are room for the next")
    func zerosBehind() async throws {
        let place = try await ledger()
        let whole = try place.data(of: TornTailTests.segment)
        try place.replace(TornTailTests.segment, with: whole + [UInt8](repeating: 0, count: 4_096))
        let writer = try await place.open()
        #expect(await writer.recovery.tornBytes == 0)
        try await writer.append(.small(4))
        try await writer.close()
        #expect(try place.commits() == [.small(1), .small(2), .small(3), .small(4)])
        #expect(try place.names(in: "segments").count == 1)
    }

    @Test("When the first frame of all is torn, the segment goes on; a second torn tail there is kept too")
    func firstFrame() async throws {
        let place = try await ledger(commits: 1)
        #expect(try lastFrame(of: place) == SegmentHeader.size)
        let whole = try place.data(of: TornTailTests.segment)
        for length in [200, 250] {
            try place.replace(TornTailTests.segment, with: Array(whole[..<length]))
            try await place.open().close()
        }
        #expect(try place.names(in: "quarantine").count == 2)
        #expect(try place.names(in: "segments") == ["00000000000000000001.seg"])
        let writer = try await place.open()
        #expect(try await writer.append(.small(1)) == 1)
        try await writer.close()
        #expect(try LedgerReader.verify(path: place.path).problems == [])
    }

    @Test("A recovery that ends at any of its steps is done by the next one")
    func interruptedRecovery() async throws {
        let original = try await ledger()
        let start = try lastFrame(of: original)
        let whole = try original.data(of: TornTailTests.segment)
        // The last bytes are those of a hash, so that they are seldom zero; this one's is not.
        try original.replace(TornTailTests.segment, with: Array(whole[..<(whole.count - 5)]))
        for lasting in [false, true] {
            var steps = 0
            var isInterrupted = true
            while isInterrupted {
                let place = try TemporaryLedger(copying: original)
                let plan = FaultPlan(at: steps, lasting: lasting)
                do {
                    try await place.open(plan.options).close()
                    isInterrupted = plan.operations > steps
                } catch {
                    #expect(try place.commits() == [.small(1), .small(2)])
                }
                try await place.open().close()
                #expect(try place.commits() == [.small(1), .small(2)])
                let kept = try place.bytes(of: "quarantine/torn-00000000000000000001.seg-\(start)")
                #expect(kept == Array(whole[start..<(whole.count - 5)]))
                #expect(try LedgerReader.verify(path: place.path).problems == [])
                steps += 1
            }
            #expect(steps > 8)
        }
    }

    @Test("Text of a record that looks like a frame does not make a torn tail damage")
    func forgedFrame() async throws {
        let place = try await ledger()
        let start = try lastFrame(of: place)
        let foreign = FrameHeader(
            kind: .commit, codec: .none, seq: 4, epoch: 1, durableFloor: 3, time: Timestamp(nanoseconds: 0),
            payloadLength: 0, storedLength: 0, previous: .none, payload: .none)
        let whole = try place.data(of: TornTailTests.segment)
        let forged = foreign.encoded(in: LedgerID(bytes: [UInt8](repeating: 1, count: 16)))
        try place.replace(TornTailTests.segment, with: Array(whole[..<(start + 130)]) + forged)
        try await place.open().close()
        #expect(try place.commits() == [.small(1), .small(2)])
    }
}
