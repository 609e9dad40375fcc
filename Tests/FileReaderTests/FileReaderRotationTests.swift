import Compression
import FileReader
import Glibc
import SourceConformance
import Testing
import UsageModel

@Suite struct FileReaderRotationTests {
    private let directory = TemporaryDirectory()

    private func reader(
        _ include: [String] = ["*"], ends: EndOfFileRule = .live, resume: [PartitionState] = []
    ) throws -> FileReader {
        try FileReader(
            source: "test", base: directory.path, include: include, ends: ends,
            isWhole: { bytes in bytes.count > 1 && bytes[0] == 0x7B && bytes[bytes.count - 1] == 0x7D }, resume: resume)
    }

    @Test("What is appended is read on, with a restart in between and without")
    func appends() async throws {
        directory.write("a.log", "one\n")
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        directory.append("a.log", "two\nthr")
        await harness.drain(&reader)
        #expect(harness.texts("a.log#0") == ["one", "two"])
        reader = try self.reader(resume: harness.resume)
        directory.append("a.log", "ee\n")
        await harness.drain(&reader)
        #expect(harness.texts("a.log#0") == ["one", "two", "three"])
        #expect(harness.order == ["a.log#0"])
    }

    @Test(
        "A renamed file keeps its partition, and the new one at its path is a new generation", arguments: [true, false])
    func renames(restarts: Bool) async throws {
        directory.write("a.log", "a somewhat longer first line\n")
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        directory.append("a.log", "last")
        directory.rename("a.log", "a.log.1")
        directory.write("a.log", "new\n")
        if restarts { reader = try self.reader(resume: harness.resume) }
        await harness.drain(&reader)
        #expect(harness.texts("a.log#0") == ["a somewhat longer first line", "last"])
        #expect(harness.texts("a.log#1") == ["new"])
        #expect(harness.states.count == 2)
    }

    @Test("A file that is renamed out of the patterns, or deleted, is read to its end", arguments: [true, false])
    func drains(deletes: Bool) async throws {
        directory.write("a.log", "one\n")
        var harness = ReaderHarness()
        var reader = try reader(["a.log"])
        await harness.drain(&reader)
        directory.append("a.log", "two\nthree")
        if deletes { directory.delete("a.log") } else { directory.rename("a.log", "a.log.1") }
        directory.write("a.log", "new\n")
        await harness.drain(&reader)
        #expect(harness.texts("a.log#0") == ["one", "two", "three"])
        #expect(harness.texts("a.log#1") == ["new"])
        if !deletes {
            directory.append("a.log.1", "\nfour\n")
            await harness.drain(&reader)
            #expect(harness.texts("a.log#0") == ["one", "two", "three", "four"])
        }
    }

    @Test("A file cut to nothing and written anew is a new generation", arguments: [true, false], [true, false])
    func truncates(restarts: Bool, outgrows: Bool) async throws {
        directory.write("a.log", "one\ntwo\n")
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        directory.write("a.log", outgrows ? "another one that is longer\n" : "x\n")
        if restarts { reader = try self.reader(resume: harness.resume) }
        await harness.drain(&reader)
        #expect(harness.texts("a.log#0") == ["one", "two"])
        #expect(harness.texts("a.log#1") == [outgrows ? "another one that is longer" : "x"])
        directory.append("a.log", "more\n")
        await harness.drain(&reader)
        #expect(harness.texts("a.log#1").last == "more")
    }

    @Test("Another file at the same path is a new generation, the same contents are not", arguments: [true, false])
    func replaced(same: Bool) async throws {
        directory.write("a.log", "one\ntwo\n")
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        // Written first, so that it cannot take over the inode.
        directory.make("elsewhere")
        directory.write("elsewhere/b", same ? "one\ntwo\nthree\n" : "six\nten\nthree\n")
        directory.rename("elsewhere/b", "a.log")
        reader = try self.reader(resume: harness.resume)
        await harness.drain(&reader)
        #expect(harness.texts("a.log#0") == (same ? ["one", "two", "three"] : ["one", "two"]))
        #expect(harness.texts("a.log#1") == (same ? [] : ["six", "ten", "three"]))
    }

    @Test("An unfinished line waits unless it is a whole object; the rest of its line is blank then")
    func tails() async throws {
        directory.write("a.log", "{\"a\":1}\n{\"b\"")
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        #expect(harness.texts("a.log#0") == ["{\"a\":1}"])
        let lag = try await reader.lag()
        #expect(lag.map(\.pendingBytes) == [4])
        #expect(lag.map(\.lagBytes) == [4])
        directory.append("a.log", ":2}")
        await harness.drain(&reader)
        #expect(harness.texts("a.log#0") == ["{\"a\":1}", "{\"b\":2}"])
        directory.append("a.log", "\r\n{\"c\":3}\n")
        await harness.drain(&reader)
        #expect(harness.texts("a.log#0") == ["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"])
        #expect(try await reader.lag().map(\.lagBytes) == [0])
    }

    @Test("A growing gzip is read as far as it decompresses; its end takes the last line", arguments: [true, false])
    func growingGzip(restarts: Bool) async throws {
        let lines = (0..<20_000).map { "line \($0) \($0 &* 2_654_435_761 % 1_000_003)" }
        let whole = Compressed.bytes(Array(lines.joined(separator: "\n").utf8), .gzip)
        var harness = ReaderHarness()
        var reader = try reader()
        var start = 0
        for end in [2, 3, 5_000, 60_000, whole.count - 3, whole.count] {
            directory.append("a.gz", Array(whole[start..<end]))
            start = end
            if restarts { reader = try self.reader(resume: harness.resume) }
            await harness.drain(&reader)
            if end < whole.count { #expect(harness.texts("a.gz#0").count < lines.count) }
        }
        #expect(harness.errors.isEmpty)
        #expect(harness.texts("a.gz#0") == lines)
        #expect(try await reader.lag().map(\.lagBytes) == [0])
        var again = try self.reader(resume: harness.resume)
        await harness.drain(&again)
        #expect(harness.texts("a.gz#0") == lines)
        // Another member is more of the same.
        directory.append("a.gz", Compressed.bytes(Array("\nmore\n".utf8), .gzip))
        await harness.drain(&again)
        #expect(harness.texts("a.gz#0") == lines + ["more"])
    }

    @Test("A reader that is asked for nothing but the lag reads nothing and tells it for every file")
    func lagOfCommitted() async throws {
        directory.write("a.log", "one\ntwo\n")
        directory.write("b.log", "1\n")
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        directory.append("a.log", "three\nfo")
        directory.write("c.log", "new\n")
        var status = try self.reader(resume: harness.resume)
        let lag = try await status.lag()
        #expect(lag.map(\.state.partition.id) == ["a.log#0", "b.log#0", "c.log#0"])
        #expect(lag.map(\.lagBytes) == [8, 0, 4])
        #expect(lag.map(\.pendingBytes) == [2, 0, 0])
        #expect(lag.map(\.state.position) == [.byte(8), .byte(2), .byte(0)])
        // And it may go on to read.
        await harness.drain(&status)
        #expect(harness.texts("a.log#0") == ["one", "two", "three"])
        #expect(harness.texts("c.log#0") == ["new"])
    }
}
