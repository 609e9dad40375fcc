import Foundation
import Testing
import UsageModel

@testable import Ledger

/// Frames and segments of which every checksum is right, but that do not follow what stands before them: of another
/// history of the same ledger, such as a copy that was written to.
@Suite("Forged frames")
struct ForgedFrameTests {
    private func ledger(segmentBytes: UInt64) async throws -> TemporaryLedger {
        let place = TemporaryLedger()
        let writer = try await place.open(LedgerOptions(segmentBytes: segmentBytes))
        for number in 1...5 { try await writer.append(.small(number)) }
        try await writer.close()
        return place
    }

    private func scan(_ place: borrowing TemporaryLedger) throws -> LedgerScan {
        try LedgerScan(try Segment.all(in: place.store), in: place.store, after: nil)
    }

    /// Halts at an offset of the last segment.
    private func expectDamage(_ place: borrowing TemporaryLedger, at offset: UInt64, _ what: Comment) throws {
        do {
            let scan = try scan(place)
            Issue.record("\(what): \(scan.chain.seq) frames were found")
        } catch let error as LedgerError {
            guard case .damaged(_, let found, _, _) = error else { throw error }
            #expect(found == offset, what)
        }
    }

    /// Puts a frame behind the last one of a ledger of one segment.
    private func append(_ frame: [UInt8], to place: borrowing TemporaryLedger) throws -> LedgerScan {
        let before = try scan(place)
        let path = "segments/" + before.segments[0].name
        try place.replace(path, with: Array(try place.bytes(of: path)[..<Int(before.end)]) + frame)
        return before
    }

    @Test("A frame with another number than the next one, or after another frame, is damage")
    func frames() async throws {
        let place = try await ledger(segmentBytes: 1 << 20)
        let last = try scan(place).chain
        let payload = try CommitCodec.encode(.small(6))
        for (seq, previous) in [(last.seq + 2, last.hash), (last.seq + 1, Digest256.none)] {
            let (frame, _) = Frame.encode(
                kind: .commit, payload: payload, seq: seq, epoch: last.epoch, durableFloor: seq - 1,
                time: Timestamp(nanoseconds: 0), previous: previous, in: try scan(place).ledger)
            let copy = try TemporaryLedger(copying: place)
            let before = try append(frame, to: copy)
            try expectDamage(copy, at: before.end, "frame \(seq) after \(previous)")
        }
    }

    @Test("A frame whose payload has another digest than its header says is no frame")
    func payload() async throws {
        let place = try await ledger(segmentBytes: 1 << 20)
        let before = try scan(place)
        let payload = try CommitCodec.encode(.small(6))
        let header = FrameHeader(
            kind: .commit, codec: .none, seq: before.chain.seq + 1, epoch: before.chain.epoch,
            durableFloor: before.chain.seq, time: Timestamp(nanoseconds: 0), payloadLength: UInt32(payload.count),
            storedLength: UInt32(payload.count), previous: before.chain.hash, payload: .none)
        var writer = ByteWriter()
        writer.raw(header.encoded(in: before.ledger))
        let headerBytes = writer.bytes
        writer.raw(payload)
        writer.zeros(header.padding)
        let checksum = CRC32C.checksum(payload)
        writer.integer(checksum)
        var hashed = ByteWriter()
        hashed.raw(headerBytes)
        hashed.integer(checksum)
        writer.digest(Digest256(sha256: hashed.bytes))
        _ = try append(writer.bytes, to: place)
        let after = try scan(place)
        #expect(after.chain == before.chain)
        #expect(after.tail?.offset == before.end)
    }

    @Test("What stands behind a stretch of zeros is a torn tail, and damage where it is a frame")
    func zeros() async throws {
        let place = try await ledger(segmentBytes: 1 << 20)
        let last = try scan(place).chain
        let zeros = [UInt8](repeating: 0, count: 512)
        let torn = try TemporaryLedger(copying: place)
        let before = try append(zeros + [1, 2, 3], to: torn)
        let tail = try #require(try scan(torn).tail)
        #expect(tail.offset == before.end && tail.length == 515)
        let (frame, _) = Frame.encode(
            kind: .commit, payload: try CommitCodec.encode(.small(6)), seq: last.seq + 1, epoch: last.epoch,
            durableFloor: last.seq, time: Timestamp(nanoseconds: 0), previous: last.hash, in: before.ledger)
        _ = try append(zeros + frame, to: place)
        try expectDamage(place, at: before.end, "a frame behind zeros")
    }

    @Test("A segment that begins with another frame than the next one, or after another frame, is damage")
    func segments() async throws {
        let place = try await ledger(segmentBytes: 600)
        let last = try #require(try scan(place).segments.last)
        let bytes = try place.bytes(of: "segments/" + last.name)
        for isNumber in [true, false] {
            var header = last.header
            if isNumber { header.firstSeq += 1 } else { header.previous = .none }
            let copy = try TemporaryLedger(copying: place)
            try copy.remove("segments/" + last.name)
            let name = "segments/" + LedgerDirectory.segmentName(firstSeq: header.firstSeq)
            try copy.replace(name, with: header.encoded() + bytes[SegmentHeader.size...])
            try expectDamage(copy, at: 0, isNumber ? "another number" : "another hash")
        }
    }
}
