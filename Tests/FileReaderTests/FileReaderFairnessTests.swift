import Compression
import FileReader
import SourceConformance
import Testing
import UsageModel

/// Files that have much to read let the others have their turn.
@Suite struct FileReaderFairnessTests {
    private let directory = TemporaryDirectory()

    private func reader(resume: [PartitionState] = [], open: Int = 512) throws -> FileReader {
        try FileReader(
            source: "test", base: directory.path, include: ["*"], ends: .live, isWhole: { _ in false },
            options: FileReaderOptions(batchBytes: 1_000, turnBytes: 4_000, maximumOpenFiles: open), resume: resume)
    }

    private func lines(_ count: Int) -> String { (0..<count).map { "line \($0) of so many\n" }.joined() }

    @Test(
        "Behind a turn's bytes of a large file come the others, then the rest of it",
        arguments: [nil, CompressionKind.gzip])
    func turns(kind: CompressionKind?) async throws {
        for name in ["a", "b"] {
            let bytes = Array(lines(2_000).utf8)
            directory.write(name, kind.map { Compressed.bytes(bytes, $0) } ?? bytes)
        }
        directory.write("c", lines(3))
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader, batches: 20)
        #expect(harness.order == ["a#0", "b#0", "c#0"])
        await harness.drain(&reader)
        #expect(harness.errors.isEmpty)
        for name in ["a", "b"] { #expect(harness.texts(name + "#0").joined(separator: "\n") + "\n" == lines(2_000)) }
        let turns = harness.batches.map { $0.partition.id.description }.reduce(into: [String]()) { turns, id in
            if turns.last != id { turns.append(id) }
        }
        #expect(turns.count > 10)
        for name in ["a#0", "b#0", "c#0"] {
            #expect(harness.batches.last { $0.partition.id.description == name }?.reachesEnd == true)
        }
    }

    @Test("While a large file is read, what comes in others and in new ones is read too")
    func goesOn() async throws {
        directory.write("a", lines(20_000))
        directory.write("b", "one\n")
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader, batches: 20)
        #expect(harness.texts("b#0") == ["one"])
        directory.append("b", "two\n")
        directory.write("c", "new\n")
        await harness.drain(&reader, batches: 20)
        #expect(harness.texts("b#0") == ["one", "two"])
        #expect(harness.texts("c#0") == ["new"])
        directory.delete("a")
        await harness.drain(&reader)
        #expect(harness.texts("a#0").count == 20_000)
    }

    @Test("With more large files than may be left open in their turn, every line is read once")
    func many() async throws {
        for number in 0..<40 {
            let bytes = Array(lines(300 + number).utf8)
            directory.write("f\(number)", number % 2 == 0 ? Compressed.bytes(bytes, .zstd) : bytes)
        }
        var harness = ReaderHarness()
        var reader = try reader(open: 10)
        await harness.drain(&reader, batches: 100)
        reader = try self.reader(resume: harness.resume, open: 10)
        await harness.drain(&reader)
        for number in 0..<40 {
            #expect(harness.texts("f\(number)#0").joined(separator: "\n") + "\n" == lines(300 + number))
        }
    }

    @Test("A file that is deleted between its turns is read to its end")
    func deleted() async throws {
        directory.write("a", lines(2_000))
        for number in 0..<30 { directory.write("b\(number)", lines(1)) }
        var harness = ReaderHarness()
        var reader = try reader(open: 10)
        await harness.drain(&reader, batches: 10)
        directory.delete("a")
        await harness.drain(&reader)
        await harness.drain(&reader)
        #expect(harness.texts("a#0").joined(separator: "\n") + "\n" == lines(2_000))
    }
}
