import Compression
import FileReader
import RecordCutting
import SourceConformance
import Testing
import UsageModel

@Suite struct FileReaderCSVTests {
    private let directory = TemporaryDirectory()

    private func reader(
        _ ends: EndOfFileRule = .live, hasHeader: Bool = true, batch: Int = 1 << 16, longest: Int = 1 << 20,
        resume: [PartitionState] = []
    ) throws -> FileReader {
        try FileReader(
            source: "test", base: directory.path, include: ["*"], ends: ends,
            rule: .csv(delimiter: 0x2C, hasHeader: hasHeader), isWhole: { _ in false },
            options: FileReaderOptions(batchBytes: batch, maximumRecordBytes: longest), resume: resume)
    }

    @Test(
        "Line ends between quotes are the record's, and the header goes with every batch", arguments: [1, 20, 1 << 16])
    func quoted(batch: Int) async throws {
        directory.write("a.csv", "\u{FEFF}time,\"te\nxt\"\r\n\r\n1,\"a\r\n\"\"b\"\"\n\"\r\n2,x\n")
        directory.write("b.csv", "x\n1\n")
        var harness = ReaderHarness()
        var reader = try reader(batch: batch)
        await harness.drain(&reader)
        #expect(harness.texts("a.csv#0") == ["1,\"a\r\n\"\"b\"\"\n\"", "2,x"])
        #expect(harness.texts("b.csv#0") == ["1"])
        for batch in harness.batches {
            #expect(
                String(decoding: batch.header, as: UTF8.self)
                    == (batch.partition.id == "a.csv#0" ? "time,\"te\nxt\"" : "x"))
        }
        #expect(harness.states["a.csv#0"]?.position == .byte(38))
    }

    @Test(
        "Every record once, whatever the contents, the sizes of batches and the places of restarts",
        arguments: [nil, CompressionKind.gzip, .zstd])
    func everyRecordOnce(kind: CompressionKind?) async throws {
        for seed in 1...60 as ClosedRange<UInt64> {
            var random = RandomContents(seed: seed)
            let longest = 40 + random.next(150)
            let contents = random.table(records: random.next(60), longest: longest)
            directory.write("f", kind.map { Compressed.bytes(contents, $0) } ?? contents)
            for ends in [EndOfFileRule.archive, .live] {
                for hasHeader in [true, false] {
                    let takesTail = ends == .archive || kind != nil
                    var expected = SlowCSV(contents, takesTail: takesTail, maximum: longest).records
                    var header: [UInt8] = []
                    if hasHeader, let first = expected.first, first.length <= longest {
                        header = first.bytes
                        expected.removeFirst()
                    }
                    for batch in [1, 17, 300, 1 << 16] {
                        var harness = ReaderHarness()
                        // A restart at every committed position, or at some of them.
                        for _ in 0..<(batch == 17 ? 200 : 4) {
                            var part = try reader(
                                ends, hasHeader: hasHeader, batch: batch, longest: longest, resume: harness.resume)
                            await harness.drain(&part, batches: batch == 17 ? 1 : 1 + random.next(5))
                        }
                        var last = try reader(
                            ends, hasHeader: hasHeader, batch: batch, longest: longest, resume: harness.resume)
                        await harness.drain(&last)
                        #expect(harness.errors.isEmpty)
                        #expect(
                            harness.lines["f#0"] ?? [] == expected,
                            "seed \(seed), batch \(batch), \(ends), header \(hasHeader)")
                        #expect(harness.batches.allSatisfy { $0.header == header }, "seed \(seed), batch \(batch)")
                    }
                }
            }
        }
    }

    @Test("A header that is not whole waits until it is, and its bytes are pending")
    func unfinishedHeader() async throws {
        directory.write("a", "time,\"na\n")
        var harness = ReaderHarness()
        var reader = try reader()
        #expect(try await reader.lag().map(\.pendingBytes) == [9])
        await harness.drain(&reader)
        #expect(harness.batches.isEmpty)
        #expect(try await reader.lag().map(\.pendingBytes) == [9])
        directory.append("a", "me\"")
        await harness.drain(&reader)
        #expect(harness.batches.isEmpty)
        directory.append("a", "\n1,2\n3")
        await harness.drain(&reader)
        #expect(harness.texts("a#0") == ["1,2"])
        #expect(harness.batches.map(\.header) == [Array("time,\"na\nme\"".utf8)])
        var archive = try self.reader(.archive, resume: harness.resume)
        await harness.drain(&archive)
        #expect(harness.texts("a#0") == ["1,2", "3"])
        #expect(harness.errors.isEmpty)
    }

    @Test("A header alone is read, at the end of an archive without a line end", arguments: [nil, CompressionKind.lz4])
    func onlyHeader(kind: CompressionKind?) async throws {
        let contents = Array("time,name".utf8)
        directory.write("a", kind.map { Compressed.bytes(contents, $0) } ?? contents)
        var harness = ReaderHarness()
        var reader = try reader(.archive)
        await harness.drain(&reader)
        #expect(harness.states["a#0"]?.position == .byte(9))
        #expect(harness.batches.flatMap(\.records).isEmpty)
        directory.write("empty", "")
        await harness.drain(&reader)
        #expect(harness.errors.isEmpty)
    }

    @Test("A header that is too long is a record that is too long, and what follows has none")
    func longHeader() async throws {
        directory.write("a", String(repeating: "name,", count: 50) + "\n1,2\n")
        var harness = ReaderHarness()
        var reader = try reader(batch: 30, longest: 60)
        await harness.drain(&reader)
        #expect(harness.batches.compactMap(\.oversized?.length) == [250])
        #expect(harness.texts("a#0").last == "1,2")
        #expect(harness.batches.allSatisfy { $0.header.isEmpty })
    }

    @Test("A quote that is never closed costs what a record may have, and the reading goes on with the next line")
    func strayQuote() async throws {
        let lines = (0..<100).map { "\($0),x" }
        directory.write("a", "n,text\n" + (["0,\"never closed"] + lines).joined(separator: "\n") + "\n")
        var harness = ReaderHarness()
        var reader = try reader(longest: 100)
        await harness.drain(&reader)
        let texts = harness.texts("a#0")
        #expect(harness.batches.compactMap(\.oversized?.length).count == 1)
        #expect(texts.dropFirst().elementsEqual(lines.suffix(texts.count - 1)))
        #expect(texts.count > 75)
    }

    @Test("A file that takes the place of another has its own header")
    func replaced() async throws {
        directory.write("a", "x,y\n1,2\n")
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        directory.delete("a")
        directory.write("a", "z\n3\n")
        await harness.drain(&reader)
        #expect(harness.batches.map(\.header) == [Array("x,y".utf8), Array("z".utf8)])
        #expect(harness.texts("a#1") == ["3"])
    }

    @Test("A record with an open quote is pending, for another process too")
    func pending() async throws {
        directory.write("a", "x,y\n1,\"2\n")
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        #expect(harness.states["a#0"]?.position == .byte(4))
        #expect(try await reader.lag().map(\.pendingBytes) == [5])
        var other = try self.reader(resume: harness.resume)
        #expect(try await other.lag().map(\.pendingBytes) == [5])
    }
}
