import Testing
import UsageModel

@testable import Ledger

@Suite("Golden segment, format version 1")
struct GoldenSegmentTests {
    /// A segment header, a document in frame 1 and a commit in frame 2, as `Schemas/ledger.md` takes them apart.
    /// It never changes: a ledger of this version must be read for ever.
    private static let hex = """
        894f444f5345470a0100000080000000000102030405060708090a0b0c0d0e0f01000000000000000100000000000000
        000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
        00000000000000000000000000000000000000000000000000000000cabb4610f54f4446020000000100000000000000
        0100000000000000000000000000000000c04f57b4a17a18320000003200000000000000000000000000000000000000
        000000000000000000000000000000005d7711d693f13032b804668999147852c0958ebd72fc64bbc46104c4eb058b72
        00000000329c34970102cb86f2475aa78310a245f0c7f39bf54d7ff0851c6a812078fceea4a766af753f0f7375626a65
        63742c74656e616e740a0000fa1d60a5aa391ffa4e67cfa75eb3d26adca469eb0e8c307c06435659441662c328f65e63
        f54f44460101000002000000000000000200000000000000010000000000000000c04f57b4a17a1818010000ae000000
        aa391ffa4e67cfa75eb3d26adca469eb0e8c307c06435659441662c328f65e6352eb235353c3e6acb828e1fae1a4d449
        e2de3c23a78eedba6e58a9a15ae1e16f000000009e424b132f01c001000c1f7e01000cff0d0101010377656205612e6c
        6f670301020301ac020100010001ac02da01000cf7270201010101050208726571756573747301000562797465730201
        0c2f646174612f726567696f6e030000008080c58bc6d101017402010d0010004100061c00f0080365750180c0a8ca9a
        3a0100013c0307026e6f0378797a67001200010012020700100053000102002101040700300000050500b00000000600
        00000000000000000000000071f36b102ca03df140dec8fbd48e51ecb5d55837cc95a13b92019e0a5aeb0ec1ff46449f
        """

    /// A commit of format 2, in which commits are written.
    private static let commit = """
        02c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c07e7e7e7e7e7e7e7e7e7e7e7e7e7e7e
        7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e0101010e0103010377656205612e6c6f670301020301ac020100010001ac02
        dadadadadadadadadadadadadadadadadadadadadadadadadadadadadadadada02010101010501d00f07087265717565
        7374730180c0a8ca9a3a000100000562797465730280c0a8ca9a3a000100010c2f646174612f726567696f6e03617667
        058080c4d2d4d1030101027b7d0006756e69717565068080c4d2d4d1030001027b7d00066c6174657374078080c4d2d4
        d1030001027b7d0008696e637265617365088080c4d2d4d1030001027b7d000d74696d655f7765696768746564098080
        c4d2d4d1030078027b7d00080000008080c58bc6d1010174020100008080c58bc6d10101740001010101008080c58bc6
        d10101740365750180c0a8ca9a3a0202008080c58bc6d10101740280c0f9decfae010302008080c58bc6d10101740402
        01000000000000000200000000000000010000000000000003000000000000000403008080c58bc6d101017403020403
        0201000000000101ffbfa8ca9a3a0502008080c58bc6d1010174020204030201000000000101ffbfa8ca9a3a02040302
        01000000000102ffffd094b5740602008080c58bc6d1010174010a04030201000000000105ffbfcaf384a30201020100
        013c0307026e6f0378797a02010101000000000000000200000000000000030000000000000000010400000000000000
        05000000000000000600000000000000
        """.split(separator: "\n").joined()

    private static let segment: [UInt8] = {
        let digits = hex.utf8.filter { $0 != 0x0A }.map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x57 }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }()

    private static let ledger = LedgerID(bytes: Array(0..<16))
    private static let time = Timestamp(nanoseconds: 1_763_900_000_000_000_000)
    private static let document = LedgerDocument(kind: .tenants, bytes: Array("subject,tenant\n".utf8))

    @Test("It is read as what was written")
    func read() throws {
        let place = TemporaryLedger()
        try place.directory.create()
        try place.replace("segments/00000000000000000001.seg", with: GoldenSegmentTests.segment)
        let segments = try Segment.all(in: place.store)
        #expect(
            segments[0].header
                == SegmentHeader(ledger: GoldenSegmentTests.ledger, firstSeq: 1, epoch: 1, previous: .none))
        var reader = try SegmentReader(segments, in: place.store)
        let first = try #require(try reader.entry(upTo: 2))
        let second = try #require(try reader.entry(upTo: 2))
        guard case .document(let document) = first.content, case .commit(let commit) = second.content else {
            Issue.record("the frames are of other kinds")
            return
        }
        #expect(document == GoldenSegmentTests.document)
        #expect(commit == .golden)
        #expect([first.seq, first.epoch, first.offset, first.size] == [1, 1, 128, 208])
        #expect([second.seq, second.epoch, second.offset, second.size] == [2, 2, 336, 336])
        #expect(second.time == GoldenSegmentTests.time)
        #expect(second.hash.description == "2ca03df140dec8fbd48e51ecb5d55837cc95a13b92019e0a5aeb0ec1ff46449f")
    }

    @Test("What is written is this, byte by byte")
    func write() throws {
        var bytes = SegmentHeader(ledger: GoldenSegmentTests.ledger, firstSeq: 1, epoch: 1, previous: .none).encoded()
        bytes +=
            Frame.encode(
                kind: .document, payload: GoldenSegmentTests.document.encoded(), seq: 1, epoch: 1, durableFloor: 0,
                time: GoldenSegmentTests.time, previous: .none, in: GoldenSegmentTests.ledger
            ).bytes
        #expect(bytes == Array(GoldenSegmentTests.segment[..<336]))
        // Frames are compressed, and another version of LZ4 may do that otherwise: the commit is compared as it is.
        #expect(Hexadecimal.text(try CommitCodec.encode(.goldenOfFormat2)) == GoldenSegmentTests.commit)
        #expect(try CommitCodec.decode(CommitCodec.encode(.goldenOfFormat2)) == .goldenOfFormat2)
    }

    @Test("A header that contradicts itself is refused, though its checksum is right")
    func contradictions() throws {
        let good = FrameHeader(
            kind: .commit, codec: .none, seq: 5, epoch: 1, durableFloor: 4, time: GoldenSegmentTests.time,
            payloadLength: 10, storedLength: 10, previous: .none, payload: .none)
        var bad = [good, good, good, good]
        bad[0].payloadLength = 11
        bad[1].durableFloor = 5
        bad[2].storedLength = 1 << 30 + 1
        bad[2].payloadLength = 1 << 30 + 1
        bad[3].codec = .lz4
        bad[3].payloadLength = 9
        let ledger = GoldenSegmentTests.ledger
        #expect(try FrameHeader.decode(good.encoded(in: ledger), in: ledger) == good)
        for header in bad {
            #expect(throws: CodecError.self) { try FrameHeader.decode(header.encoded(in: ledger), in: ledger) }
        }
        #expect(throws: CodecError.self) {
            try FrameHeader.decode(good.encoded(in: LedgerID(bytes: Array(1..<17))), in: ledger)
        }
    }

    @Test("An LZ4 block that lies about its length or is broken gives nothing")
    func blocks() throws {
        let text = [UInt8](repeating: 7, count: 10_000)
        let block = try #require(LZ4Block.compress(text))
        #expect(LZ4Block.decompress(block, count: 10_000) == text)
        for count in [0, 1, 9_999, 10_001, 1 << 30] { #expect(LZ4Block.decompress(block, count: count) == nil) }
        #expect(LZ4Block.decompress(Array(block.dropLast()), count: 10_000) == nil)
        #expect(LZ4Block.compress(Array(0...255)) == nil)
    }
}
