import GRDB
import Testing
import UsageModel

@testable import Ledger

/// A ledger that was tampered with in one way has one fault, which is named, and all else of it is still read.
@Suite("Walks through altered ledgers")
struct LedgerWalkTests {
    /// What a walk said.
    private struct Walk {
        /// The commits that were read without a fault.
        var sound: [UInt64] = []
        /// The commits that were read with one.
        var altered: [UInt64] = []
        var damage: [FrameDamage] = []
        var last: UInt64
        var root: Digest256

        init(_ place: borrowing TemporaryLedger) throws {
            var walk = try AuditedLedger(path: place.path).walk()
            while let step = try walk.next() {
                switch step {
                case .commit(let frame, nil): sound.append(frame.seq)
                case .commit(let frame, let fault?):
                    altered.append(frame.seq)
                    damage.append(fault)
                case .damage(let fault): damage.append(fault)
                }
            }
            (last, root) = (walk.lastSeq, walk.root)
        }
    }

    /// A frame of a ledger, to be put together anew.
    private struct Part {
        var segment: String
        var offset: Int
        var frame: Frame

        var end: Int { offset + frame.header.frameSize }

        /// Its bytes with other contents or another frame before it, with all checksums and hashes put right.
        func rewritten(_ payload: [UInt8]? = nil, after previous: Digest256? = nil, in ledger: LedgerID) -> [UInt8] {
            let header = frame.header
            return Frame.encode(
                kind: header.kind, payload: payload ?? frame.payload, seq: header.seq, epoch: header.epoch,
                durableFloor: header.durableFloor, time: header.time, previous: previous ?? header.previous, in: ledger
            ).bytes
        }
    }

    /// Nine commits and two documents in several segments; every commit is in the index.
    private static func ledger() async throws -> TemporaryLedger {
        let place = TemporaryLedger()
        let writer = try await place.open(LedgerOptions(segmentBytes: 1200))
        for number in 1...9 {
            if number % 4 == 1 { _ = try await writer.ensureDocument(.tenants, [UInt8](repeating: 1, count: number)) }
            try await writer.append(.small(number))
        }
        try await writer.close()
        return place
    }

    private static func parts(_ place: borrowing TemporaryLedger) throws -> [Part] {
        var reader = try SegmentReader(try Segment.all(in: place.store), in: place.store)
        var parts: [Part] = []
        while case .frame(let frame, let segment, let offset) = try reader.next() {
            parts.append(Part(segment: "segments/" + segment.name, offset: Int(offset), frame: frame))
        }
        return parts
    }

    /// Puts other bytes in the place of a frame.
    private static func replace(
        _ part: Part, with bytes: [UInt8], in place: borrowing TemporaryLedger
    ) throws {
        var segment = try place.bytes(of: part.segment)
        segment.replaceSubrange(part.offset..<part.end, with: bytes)
        try place.replace(part.segment, with: segment)
    }

    /// The payload of a commit that counts one more.
    private static func withMore(_ part: Part) throws -> [UInt8]? {
        guard part.frame.header.kind == .commit else { return nil }
        var commit = try CommitCodec.decode(part.frame.payload)
        commit.delta.entries[0].aggregate = .sum(Quantity(whole: 1_000_000), events: 1)
        return try CommitCodec.encode(commit)
    }

    @Test("A sound ledger has no fault, and its last hash is told")
    func sound() async throws {
        let place = try await Self.ledger()
        let parts = try Self.parts(place)
        let walk = try Walk(place)
        #expect(walk.damage.isEmpty && walk.altered.isEmpty)
        #expect(walk.sound == parts.filter { $0.frame.header.kind == .commit }.map(\.frame.header.seq))
        #expect(walk.last == parts.last?.frame.header.seq)
        #expect(walk.root == parts.last?.frame.hash)
    }

    @Test("Every byte that is changed is one fault of its frame or segment", arguments: [true, false])
    func bytes(hasIndex: Bool) async throws {
        let original = try await Self.ledger()
        if !hasIndex { try original.remove("index.sqlite") }
        let parts = try Self.parts(original)
        let last = try #require(parts.last)
        for path in Set(parts.map(\.segment)).sorted() {
            let size = try original.data(of: path).count
            for byte in stride(from: 0, to: size, by: DamageView.step) {
                let copy = try TemporaryLedger(copying: original)
                try copy.flip(byte, of: path)
                let walk = try Walk(copy)
                let part = parts.first { $0.segment == path && ($0.offset..<$0.end).contains(byte) }
                // Without an index a last frame that is broken cannot be told from one that a crash left.
                if !hasIndex, part?.frame.header.seq == last.frame.header.seq { continue }
                #expect(walk.damage.count == 1, "\(path) \(byte): \(walk.damage)")
                if let part {
                    let seq = part.frame.header.seq
                    #expect(walk.damage.first?.seq == seq && walk.damage.first?.count == 1, "\(path) \(byte)")
                    #expect(!walk.sound.contains(seq), "\(path) \(byte)")
                } else {
                    #expect(walk.damage.first?.count == 0, "\(path) \(byte): \(walk.damage)")
                }
                let others = parts.filter {
                    $0.frame.header.kind == .commit && $0.frame.header.seq != part?.frame.header.seq
                }
                #expect(walk.sound == others.map(\.frame.header.seq), "\(path) \(byte): \(walk.damage)")
            }
        }
    }

    @Test(
        "A delta that is changed with all checksums put right is the fault of its frame alone",
        arguments: [true, false])
    func delta(hasIndex: Bool) async throws {
        let original = try await Self.ledger()
        if !hasIndex { try original.remove("index.sqlite") }
        let parts = try Self.parts(original)
        let ledger = try Segment.all(in: original.store)[0].header.ledger
        for (number, part) in parts.enumerated() {
            guard let payload = try Self.withMore(part) else { continue }
            // Nothing vouches for the last frame but the index.
            if !hasIndex, number == parts.count - 1 { continue }
            let copy = try TemporaryLedger(copying: original)
            try Self.replace(part, with: part.rewritten(payload, in: ledger), in: copy)
            let walk = try Walk(copy)
            let seq = part.frame.header.seq
            #expect(walk.damage.map(\.seq) == [seq], "\(seq): \(walk.damage)")
            #expect(walk.altered == [seq], "\(seq)")
        }
    }

    @Test(
        "A frame that names another hash than that of the frame before it is the one at fault",
        arguments: [true, false])
    func previous(hasIndex: Bool) async throws {
        let original = try await Self.ledger()
        if !hasIndex { try original.remove("index.sqlite") }
        let parts = try Self.parts(original)
        let ledger = try Segment.all(in: original.store)[0].header.ledger
        for (number, part) in parts.enumerated() where number > 0 {
            if !hasIndex, number == parts.count - 1 { continue }
            let copy = try TemporaryLedger(copying: original)
            try Self.replace(part, with: part.rewritten(after: Digest256(sha256: [1]), in: ledger), in: copy)
            let walk = try Walk(copy)
            #expect(walk.damage.map(\.seq) == [part.frame.header.seq], "\(part.frame.header.seq): \(walk.damage)")
        }
    }

    @Test("A frame that says that it is another one is the one at fault", arguments: [500, UInt64.max])
    func number(seq: UInt64) async throws {
        let original = try await Self.ledger()
        let parts = try Self.parts(original)
        let ledger = try Segment.all(in: original.store)[0].header.ledger
        for part in parts {
            let copy = try TemporaryLedger(copying: original)
            let header = part.frame.header
            let bytes = Frame.encode(
                kind: header.kind, payload: part.frame.payload, seq: seq, epoch: header.epoch,
                durableFloor: header.durableFloor, time: header.time, previous: header.previous, in: ledger
            ).bytes
            try Self.replace(part, with: bytes, in: copy)
            let walk = try Walk(copy)
            #expect(walk.damage.map(\.seq) == [header.seq], "\(walk.damage)")
            let others = parts.filter { $0.frame.header.kind == .commit && $0.frame.header.seq != header.seq }
            #expect(walk.sound == others.map(\.frame.header.seq), "\(walk.damage)")
        }
    }

    @Test("A frame that is taken away is missing, and so is one at the end")
    func missing() async throws {
        let original = try await Self.ledger()
        for part in try Self.parts(original) {
            let copy = try TemporaryLedger(copying: original)
            try Self.replace(part, with: [], in: copy)
            let walk = try Walk(copy)
            #expect(walk.damage.map(\.seq) == [part.frame.header.seq], "\(walk.damage)")
            #expect(walk.damage.first?.count == 1)
        }
    }

    @Test("A frame that stands there twice is told once")
    func twice() async throws {
        let original = try await Self.ledger()
        for part in try Self.parts(original) {
            let copy = try TemporaryLedger(copying: original)
            let bytes = Array(try original.bytes(of: part.segment)[part.offset..<part.end])
            try Self.replace(part, with: bytes + bytes, in: copy)
            let walk = try Walk(copy)
            #expect(walk.damage.map(\.seq) == [part.frame.header.seq], "\(walk.damage)")
            #expect(walk.damage.first?.count == 0)
        }
    }

    @Test("A segment that is gone is one fault of all its frames")
    func segment() async throws {
        let original = try await Self.ledger()
        let parts = try Self.parts(original)
        for path in Set(parts.map(\.segment)).sorted() {
            let copy = try TemporaryLedger(copying: original)
            try copy.remove(path)
            let walk = try Walk(copy)
            let gone = parts.filter { $0.segment == path }.map(\.frame.header.seq)
            #expect(walk.damage.count == 1, "\(walk.damage)")
            #expect(walk.damage.first?.seq == gone.first && walk.damage.first?.count == UInt64(gone.count))
        }
    }

    @Test("A ledger that is written anew from a frame on is that frame's fault, and the index tells")
    func rewritten() async throws {
        let original = try await Self.ledger()
        let parts = try Self.parts(original)
        let ledger = try Segment.all(in: original.store)[0].header.ledger
        for first in parts.indices {
            guard let payload = try Self.withMore(parts[first]) else { continue }
            let copy = try TemporaryLedger(copying: original)
            var previous: Digest256?
            for (number, part) in parts.enumerated() where number >= first {
                let bytes = part.rewritten(number == first ? payload : nil, after: previous, in: ledger)
                let header = try FrameHeader.decode(Array(bytes[..<FrameHeader.size]), in: ledger)
                previous = try Frame.decode(
                    header, Array(bytes[..<FrameHeader.size]), rest: Array(bytes[FrameHeader.size...])
                ).hash
                var segment = try copy.bytes(of: part.segment)
                // A longer frame moves those behind it in its segment.
                let moved = try #require(Self.find(part, in: segment, ledger))
                segment.replaceSubrange(moved..<moved + part.frame.header.frameSize, with: bytes)
                if let next = parts.indices.contains(number + 1) ? parts[number + 1] : nil, next.segment != part.segment
                {
                    var header = try SegmentHeader.decode(
                        Array(try copy.bytes(of: next.segment)[..<SegmentHeader.size]))
                    header.previous = try #require(previous)
                    let rest = try copy.bytes(of: next.segment)[SegmentHeader.size...]
                    try copy.replace(next.segment, with: header.encoded() + rest)
                }
                try copy.replace(part.segment, with: segment)
            }
            let walk = try Walk(copy)
            #expect(walk.damage.map(\.seq) == [parts[first].frame.header.seq], "\(walk.damage)")
            #expect(walk.damage.first?.isOfAllBehind == (first < parts.count - 1))
        }
    }

    private static func find(_ part: Part, in bytes: [UInt8], _ ledger: LedgerID) -> Int? {
        (0...bytes.count - FrameHeader.size).first { offset in
            bytes[offset] == FrameHeader.magic[0]
                && (try? FrameHeader.decode(Array(bytes[offset..<offset + FrameHeader.size]), in: ledger))?.seq
                    == part.frame.header.seq
        }
    }

    @Test("A hash that is changed in the index is told of the index, whose segments are whole")
    func index() async throws {
        let place = try await Self.ledger()
        let queue = try DatabaseQueue(path: place.path + "/index.sqlite")
        let seq = try await queue.write { db in
            try db.execute(sql: "UPDATE commits SET hash = zeroblob(32) WHERE seq = 3")
            return 3 as UInt64
        }
        try queue.close()
        let walk = try Walk(place)
        #expect(walk.damage.map(\.seq) == [seq])
        #expect(walk.damage.first?.message.contains("index.sqlite") == true)
    }

    @Test("A walk writes nothing, not even what an index lacks")
    func readsOnly() async throws {
        let place = try await Self.ledger()
        try place.remove("index.sqlite")
        let before = try place.files()
        _ = try Walk(place)
        #expect(try place.files() == before)
    }
}
