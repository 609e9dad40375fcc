import Compression
import Crypto
import FileReader
import Glibc
import RecordCutting
import SourceConformance
import Testing
import UsageModel

@Suite struct FileReaderInputTests {
    private let directory = TemporaryDirectory()

    private func reader(
        _ include: [String] = ["*"], exclude: [String] = [], ends: EndOfFileRule = .archive,
        options: FileReaderOptions = FileReaderOptions(), resume: [PartitionState] = []
    ) throws -> FileReader {
        try FileReader(
            source: "test", base: directory.path, include: include, exclude: exclude, ends: ends,
            isWhole: { _ in false }, options: options, resume: resume)
    }

    @Test("A truncated archive gives its whole lines, then an error that names file and offset")
    func truncatedArchive() async throws {
        let lines = (0..<5_000).map { "line \($0)" }
        let whole = Compressed.bytes(Array(lines.joined(separator: "\n").utf8), .gzip)
        directory.write("a.gz", Array(whole[..<(whole.count / 2)]))
        directory.write("b.log", "after\n")
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        let read = harness.texts("a.gz#0")
        #expect(read.count > 500)
        #expect(lines.starts(with: read))
        #expect(harness.errors.count == 1)
        let message = harness.errors.first?.message ?? ""
        #expect(
            message.contains("a.gz") && message.contains("truncated gzip") && message.contains("\(whole.count / 2)"))
        #expect(harness.texts("b.log#0") == ["after"])
        // It is told once while the file stays as it is.
        await harness.drain(&reader)
        #expect(harness.errors.count == 1)
    }

    @Test("An archive that is cut off at its beginning is an error too", arguments: CompressionKind.allCases)
    func cutAtItsBeginning(kind: CompressionKind) async throws {
        let whole = Compressed.bytes(Array("some line\n".utf8), kind)
        // Four bytes say that it is compressed.
        for count in 4..<whole.count {
            directory.write("a", Array(whole[..<count]))
            var harness = ReaderHarness()
            var reader = try reader()
            await harness.drain(&reader)
            #expect(harness.errors.map { $0.message.contains("truncated \(kind)") } == [true], "\(count) bytes")
        }
    }

    @Test(
        "An archive that is cut off before the place where its original was left is an error, and is read when it is whole"
    )
    func cutSuccessor() async throws {
        let text = (0..<2_000).map { "line \($0)\n" }.joined()
        directory.write("app.log", text)
        var harness = ReaderHarness()
        var first = try reader()
        await harness.drain(&first)
        let whole = Compressed.bytes(Array((text + "last\n").utf8), .gzip)
        directory.delete("app.log")
        directory.write("app.log.1.gz", Array(whole[..<(whole.count / 2)]))
        var second = try reader(resume: harness.resume)
        await harness.drain(&second)
        #expect(harness.errors.map { $0.message.contains("app.log.1.gz: truncated gzip") } == [true])
        directory.write("app.log.1.gz", whole)
        await harness.drain(&second)
        #expect(harness.texts("app.log#0").suffix(2) == ["line 1999", "last"])
        #expect(harness.errors.count == 1)
        #expect(harness.order == ["app.log#0"])
    }

    @Test("Damage is an error after the lines before it", arguments: CompressionKind.allCases)
    func damaged(kind: CompressionKind) async throws {
        let lines = (0..<200_000).map { "line \($0) \($0 &* 2_654_435_761 % 1_000_003)" }
        var bytes = Compressed.bytes(Array(lines.joined(separator: "\n").utf8), kind)
        for index in bytes.count * 3 / 4..<bytes.count * 3 / 4 + 200 { bytes[index] ^= 0xFF }
        directory.write("a", bytes)
        var harness = ReaderHarness()
        var reader = try reader(ends: .live)
        await harness.drain(&reader)
        #expect(harness.errors.count == 1)
        #expect(harness.errors.first?.message.contains("damaged \(kind) at byte") == true)
        #expect(harness.texts("a#0").count > 50_000)
        #expect(lines.starts(with: harness.texts("a#0").prefix(50_000)))
    }

    @Test("A bomb is an error, and the reading of other files goes on")
    func bomb() async throws {
        directory.write("a", Compressed.bytes([UInt8](repeating: 0x0A, count: 100 << 20), .zstd))
        directory.write("b", "good\n")
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        #expect(harness.errors.map { $0.message.contains("bomb") } == [true])
        #expect(harness.texts("b#0") == ["good"])
    }

    @Test("A line of 10 MB costs its beginning only", arguments: [nil, CompressionKind.gzip])
    func longLine(kind: CompressionKind?) async throws {
        let line = (0..<10_000_000).map { UInt8(97 + $0 % 26) }
        let contents = Array("first\n".utf8) + line + Array("\r\nlast\n".utf8)
        directory.write("a", kind.map { Compressed.bytes(contents, $0) } ?? contents)
        var harness = ReaderHarness()
        var reader = try reader(ends: .live)
        await harness.drain(&reader)
        #expect(harness.batches.allSatisfy { $0.bytes.count <= 1 << 20 + RecordBatch.padding })
        #expect(harness.batches.count == 3)
        let batch = try #require(harness.batches.first { $0.oversized != nil })
        #expect(batch.oversized?.length == 10_000_000)
        #expect(batch.range == PositionRange(start: .byte(6), end: .byte(10_000_008)))
        #expect(batch.contentCount == QuarantinedRecord.maximumBytes)
        #expect(batch.records == [RecordBatch.Record(start: 0, length: 16_384)])
        #expect(batch.oversized?.digest.bytes == Array(SHA256.hash(data: line + [0x0D, 0x0A])))
        #expect(harness.lines["a#0"]?.last?.bytes == Array("last".utf8))
    }

    @Test("A too long line without an end stays pending until its end comes")
    func longTail() async throws {
        let options = FileReaderOptions(batchBytes: 64, maximumRecordBytes: 100)
        directory.write("a", "one\n" + String(repeating: "x", count: 500))
        var harness = ReaderHarness()
        var reader = try reader(ends: .live, options: options)
        await harness.drain(&reader)
        #expect(harness.states["a#0"]?.position == .byte(4))
        #expect(harness.batches.last?.reachesEnd == true)
        #expect(try await reader.lag().map(\.pendingBytes) == [500])
        directory.append("a", String(repeating: "y", count: 500) + "\ntwo\n")
        await harness.drain(&reader)
        #expect(harness.batches.compactMap(\.oversized?.length) == [1_000])
        #expect(harness.texts("a#0").last == "two")
    }

    @Test("An empty file, a byte order mark and blank lines are no records")
    func odd() async throws {
        directory.write("empty", "")
        directory.write("mark", "\u{FEFF}{}\n\n \t\r\nx\r\n")
        directory.write("only-blank", "\n\n")
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        #expect(harness.texts("mark#0") == ["{}", "x"])
        #expect(harness.lines["mark#0"]?.first?.position == 3)
        #expect(harness.states["only-blank#0"]?.position == .byte(2))
        #expect(harness.order == ["mark#0", "only-blank#0"])
        #expect(harness.errors.isEmpty)
    }

    @Test("Three thousand files are read in the order of their paths with few open")
    func manyFiles() async throws {
        for number in 0..<3_000 { directory.write("f\(number)", "\(number)\n") }
        var harness = ReaderHarness()
        var reader = try reader(ends: .live)
        await harness.drain(&reader)
        #expect(harness.order == (0..<3_000).map { ByteString("f\($0)") }.sorted().map { "\($0)#0" })
        #expect(openFiles() < 700)
        directory.append("f1234", "more\n")
        await harness.drain(&reader)
        #expect(harness.texts("f1234#0") == ["1234", "more"])
        var again = try self.reader(ends: .live, resume: harness.resume)
        await harness.drain(&again)
        #expect(harness.batches.count == 3_001)
    }

    /// How many of this process's descriptors lead into the directory.
    private func openFiles() -> Int {
        (0..<4_096).count { descriptor in
            var buffer = [CChar](repeating: 0, count: 256)
            let count = unsafe readlink("/proc/self/fd/\(descriptor)", &buffer, 255)
            return count > 0
                && String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
                    .hasPrefix(directory.path)
        }
    }

    @Test("Patterns name files at any depth; excludes win; links do not read a file twice")
    func patterns() async throws {
        for name in ["x/a.log", "x/y/b.log", "x/y/c.txt", "z/old/d.log"] {
            directory.make(String(name[..<(name.lastIndex(of: "/") ?? name.endIndex)]))
            directory.write(name, name + "\n")
        }
        directory.link("x/a.log", "link.log")
        directory.hardLink("x/a.log", "x/y/again.log")
        directory.link("x", "x/y/circle")
        directory.link("nowhere", "dangling.log")
        var harness = ReaderHarness()
        var all = try reader(["**/*.log", "*.none", "\(directory.path)/x/y/?.txt"], exclude: ["z/**"])
        await harness.drain(&all)
        #expect(harness.order == ["link.log#0", "x/y/b.log#0", "x/y/c.txt#0"])
        #expect(harness.errors.isEmpty)
    }

    @Test("A malformed pattern and a foreign state are errors at the start")
    func badArguments() throws {
        #expect(throws: SourceError.self) { try reader(["[ab"]) }
        #expect(throws: SourceError.self) { try reader(["a**b"]) }
        let state = PartitionState(
            partition: Partition(source: "test", id: "a#0", descriptor: [9, 9]), position: .byte(1))
        #expect(throws: SourceError.self) { try reader(resume: [state]) }
    }
}
