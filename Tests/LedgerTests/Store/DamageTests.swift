import Foundation
import Testing
import UsageModel

@testable import Ledger

@Suite("Damage")
struct DamageTests {
    /// Five commits, in three segments unless they are to be larger.
    private func ledger(segmentBytes: UInt64 = 600) async throws -> TemporaryLedger {
        let place = TemporaryLedger()
        let writer = try await place.open(LedgerOptions(segmentBytes: segmentBytes))
        for number in 1...5 { try await writer.append(.small(number)) }
        try await writer.close()
        #expect(try place.names(in: "segments").count == (segmentBytes == 600 ? 3 : 1))
        return place
    }

    /// Where each frame of each segment begins, by the segment's path.
    private func frames(of place: borrowing TemporaryLedger) throws -> [(path: String, starts: [Int])] {
        var frames: [(path: String, starts: [Int])] = []
        let segments = try Segment.all(in: place.store)
        var reader = try SegmentReader(segments, in: place.store)
        while case .frame(_, let segment, let offset) = try reader.next() {
            let path = "segments/" + segment.name
            if frames.last?.path != path { frames.append((path, [])) }
            frames[frames.count - 1].starts.append(Int(offset))
        }
        return frames
    }

    @Test("Every flipped byte before the last frame halts, naming segment and offset")
    func everyByte() async throws {
        let place = try await ledger()
        var flips = 0
        let segments = try frames(of: place)
        for (index, segment) in segments.enumerated() {
            let good = try place.data(of: segment.path)
            let end = index == segments.count - 1 ? segment.starts[segment.starts.count - 1] : good.count
            for byte in 0..<end {
                var bad = good
                bad[byte] ^= 1 << UInt8(byte % 8)
                try place.replace(segment.path, with: bad)
                let expected = segment.starts.last { $0 <= byte } ?? 0
                #expect {
                    try LedgerScan(try Segment.all(in: place.store), in: place.store, after: nil)
                } throws: { error in
                    guard case LedgerError.damaged(let name, let offset, _, _) = error else { return false }
                    return segment.path.hasSuffix(name) && offset == UInt64(expected)
                }
                flips += 1
            }
            try place.replace(segment.path, with: good)
        }
        #expect(flips > 1_200)
    }

    @Test("A frame older than its segment halts, in the only segment as in the last of three", arguments: [600, 6_000])
    func olderThanItsSegment(segmentBytes: UInt64) async throws {
        let place = try await ledger(segmentBytes: segmentBytes)
        let last = try #require(try frames(of: place).last)
        let good = try place.bytes(of: last.path)
        var header = try SegmentHeader.decode(Array(good[..<SegmentHeader.size]))
        header.epoch += 2
        try place.replace(last.path, with: header.encoded() + good[SegmentHeader.size...])
        #expect {
            try LedgerScan(try Segment.all(in: place.store), in: place.store, after: nil)
        } throws: { error in
            guard case LedgerError.damaged(let name, let offset, let message, _) = error else { return false }
            return last.path.hasSuffix(name) && offset == UInt64(last.starts[0]) && message.contains("older writer")
        }
    }

    @Test("Zeros behind a segment that was ended are damage, as they are room in the last one only")
    func zerosInTheMidst() async throws {
        let place = try await ledger()
        let first = try #require(try frames(of: place).first)
        let good = try place.bytes(of: first.path)
        try place.replace(first.path, with: good + [UInt8](repeating: 0, count: 256))
        #expect {
            try LedgerScan(try Segment.all(in: place.store), in: place.store, after: nil)
        } throws: { error in
            guard case LedgerError.damaged(let name, let offset, _, _) = error else { return false }
            return first.path.hasSuffix(name) && offset == UInt64(good.count)
        }
    }

    @Test("A halted opening changes nothing, and verification finds what it halted on")
    func nothingChanges() async throws {
        let original = try await ledger()
        for (path, starts) in try frames(of: original) {
            for byte in [3, 60, starts[0] + 2, starts[0] + 90, starts[0] + 140] {
                let place = try TemporaryLedger(copying: original)
                try place.remove("index.sqlite")
                var bytes = try place.bytes(of: path)
                // The last segment's only frame, broken, would be a torn tail.
                if path == "segments/00000000000000000005.seg", byte >= starts[0] { continue }
                bytes[byte] ^= 0x10
                try place.replace(path, with: bytes)
                let before = try place.files()
                await #expect {
                    try await place.open()
                } throws: { error in
                    guard case LedgerError.damaged(let name, _, _, let advice) = error else { return false }
                    return path.hasSuffix(name) && "\(error)".contains("nothing was changed") && !advice.isEmpty
                }
                #expect(try place.files() == before)
                #expect(throws: LedgerError.self) { try LedgerReader.open(path: place.path) }
                #expect(try LedgerReader.verify(path: place.path).problems.count == 1)
                #expect(try place.files() == before)
            }
        }
    }

    @Test("Damage in front of the index's last frame does not stop a start, but verification finds it")
    func oldDamage() async throws {
        let place = try await ledger()
        let path = "segments/00000000000000000001.seg"
        var bytes = try place.bytes(of: path)
        bytes[200] ^= 1
        try place.replace(path, with: bytes)
        try await place.open().close()
        let report = try LedgerReader.verify(path: place.path)
        #expect(report.problems.count == 1)
        #expect(report.problems[0].contains("00000000000000000001.seg at byte 128"))
    }

    @Test("Bytes that are lost in the middle are damage, not a torn tail")
    func lostBytes() async throws {
        let place = TemporaryLedger()
        let writer = try await place.open()
        for number in 1...3 { try await writer.append(.small(number)) }
        try await writer.close()
        try place.remove("index.sqlite")
        let path = "segments/00000000000000000001.seg"
        let bytes = try place.data(of: path)
        let last = try frames(of: place)[0].starts[2]
        // Lost, or come in, before the last frame and in it.
        for broken in [
            bytes[..<300] + bytes[303...], bytes[..<(last - 1)] + bytes[last...], bytes[..<last] + [0] + bytes[last...],
        ] {
            try place.replace(path, with: Array(broken))
            let before = try place.files()
            await #expect {
                try await place.open()
            } throws: { "\($0)".contains("yet behind it a frame stands at byte") }
            #expect(try place.files() == before)
        }
    }

    @Test("A missing, a doubled and a foreign segment are damage")
    func segments() async throws {
        let original = try await ledger()
        let other = try await ledger()
        let names = try original.names(in: "segments")
        for (remove, add) in [(names[0], nil), (names[1], nil), (names[1], names[1]), (names[0], names[0])] {
            let place = try TemporaryLedger(copying: original)
            try place.remove("index.sqlite")
            try place.remove("segments/" + remove)
            if let add { try place.replace("segments/" + add, with: other.bytes(of: "segments/" + add)) }
            await #expect {
                try await place.open()
            } throws: {
                guard case LedgerError.damaged = $0 else { return false }
                return true
            }
        }
        let place = try TemporaryLedger(copying: original)
        try place.remove("index.sqlite")
        try place.replace("segments/00000000000000000009.seg", with: original.bytes(of: "segments/" + names[1]))
        await #expect {
            try await place.open()
        } throws: { "\($0)".contains("00000000000000000009.seg at byte 0") }
    }

    @Test("Swapped frames and a frame that is there twice are damage")
    func swappedFrames() async throws {
        let place = TemporaryLedger()
        let writer = try await place.open()
        for number in 1...3 { try await writer.append(.small(number)) }
        try await writer.close()
        try place.remove("index.sqlite")
        let (path, starts) = try frames(of: place)[0]
        let bytes = try place.data(of: path)
        let parts = [
            bytes[..<starts[0]], bytes[starts[0]..<starts[1]], bytes[starts[1]..<starts[2]], bytes[starts[2]...],
        ]
        for order in [[0, 2, 1, 3], [0, 1, 1, 2, 3], [0, 1, 3], [0, 1, 2, 2], [0, 2], [0, 1, 2, 3, 1]] {
            try place.replace(path, with: order.flatMap { parts[$0] })
            #expect {
                try LedgerScan(try Segment.all(in: place.store), in: place.store, after: nil)
            } throws: { error in
                guard case LedgerError.damaged(_, let offset, _, _) = error else { return false }
                return offset >= UInt64(starts[0])
            }
        }
    }

    @Test("Without its key a ledger is not written to")
    func missingKey() async throws {
        let place = try await ledger()
        try place.remove("key")
        await #expect {
            try await place.open()
        } throws: { "\($0)".contains("key at byte 0") }
    }
}
