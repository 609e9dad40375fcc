import Testing
import UsageModel

@testable import Ledger

@Suite("The archive of Schemas/archive.md")
struct GoldenArchiveTests {
    /// Made by hand, from the page alone.
    private static let golden = """
        894f444f4152430a0100000040000000000102030405060708090a0b0c0d0e0f
        010000000000000000c04f57b4a17a180000000000000000000000009c53b739
        f54f44410000000000c04f57b4a17a18020000000e0000001200000012000000
        f8e85f6e427960a20000000041a71774017307612e6c6f6723300105010c0164
        00010702000202010061620a0a630a0a
        """

    private static var bytes: [UInt8] {
        let digits = golden.filter { !$0.isWhitespace }
        return stride(from: 0, to: digits.count, by: 2).compactMap { place in
            UInt8(digits.dropFirst(place).prefix(2), radix: 16)
        }
    }

    private static var batch: RecordBatch {
        var batch = RecordBatch(
            partition: Partition(source: "s", id: "a.log#0", descriptor: Array("d".utf8)),
            range: PositionRange(start: .byte(5), end: .byte(12)),
            bytes: Array("ab\n\nc\n\n".utf8) + [UInt8](repeating: 0, count: RecordBatch.padding),
            records: [RecordBatch.Record(start: 0, length: 2), RecordBatch.Record(start: 4, length: 1)],
            reachesEnd: true)
        batch.storedBytes = 7
        return batch
    }

    @Test("The example is written, byte by byte")
    func written() throws {
        let archive = TemporaryArchive()
        try archive.write([Self.batch], seconds: 1_763_900_000)
        #expect(try archive.bytes(of: 1) == Self.bytes)
    }

    @Test("The example is read")
    func read() async throws {
        let archive = TemporaryArchive()
        try archive.write([])
        try archive.replace(1, with: Self.bytes)
        var reader = archive.reader
        #expect(try await reader.read(Self.batch.committed).isSame(as: Self.batch))
    }
}
