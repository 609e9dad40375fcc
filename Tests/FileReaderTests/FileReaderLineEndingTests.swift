import Compression
import FileReader
import Glibc
import Testing
import UsageModel

/// A last line without a line end: when it is taken, and what its rest is then.
@Suite struct FileReaderLineEndingTests {
    private let directory = TemporaryDirectory()

    private func reader(_ harness: ReaderHarness, ends: EndOfFileRule = .live) throws -> FileReader {
        try FileReader(
            source: "test", base: directory.path, include: ["a.log*"], ends: ends,
            isWhole: { bytes in bytes.count > 1 && bytes[0] == 0x7B && bytes[bytes.count - 1] == 0x7D },
            resume: harness.resume)
    }

    /// Everything the reader gives now; with a restart before it, or by the one there is.
    private func drain(_ reader: inout FileReader, _ harness: inout ReaderHarness, restarts: Bool) async throws {
        if restarts { reader = try self.reader(harness) }
        await harness.drain(&reader)
    }

    private func rests(_ harness: ReaderHarness) -> [String] {
        harness.batches.filter { $0.refusal != nil }.flatMap { batch in
            batch.records.map {
                String(decoding: batch.bytes[Int($0.start)..<Int($0.start + $0.length)], as: UTF8.self)
            }
        }
    }

    @Test("A crash between the two halves of a line never makes two records of it", arguments: [true, false])
    func halves(restarts: Bool) async throws {
        var harness = ReaderHarness()
        var reader = try reader(harness)
        for (piece, records) in [("one\nAB", 1), ("C", 1), ("DE", 1), ("F", 1), ("\nt", 2), ("wo\n", 3)] {
            directory.append("a.log", piece)
            try await drain(&reader, &harness, restarts: restarts)
            #expect(harness.texts("a.log#0").count == records)
        }
        #expect(harness.texts("a.log#0") == ["one", "ABCDEF", "two"])
        #expect(rests(harness).isEmpty)
    }

    @Test("A renamed file's last line waits for the program that still writes it", arguments: [true, false])
    func writer(restarts: Bool) async throws {
        var harness = ReaderHarness()
        var reader = try reader(harness)
        var log: OpenLog? = OpenLog(directory, "a.log")
        log?.append("one\nABC")
        try await drain(&reader, &harness, restarts: restarts)
        directory.rename("a.log", "a.log.1")
        try await drain(&reader, &harness, restarts: restarts)
        #expect(harness.texts("a.log#0") == ["one"])
        log?.append("DEF\nlast")
        try await drain(&reader, &harness, restarts: restarts)
        #expect(harness.texts("a.log#0") == ["one", "ABCDEF"])
        try await drain(&reader, &harness, restarts: restarts)
        #expect(harness.texts("a.log#0") == ["one", "ABCDEF"])
        // Nothing about the file changes when it is closed.
        log = nil
        try await drain(&reader, &harness, restarts: restarts)
        #expect(harness.texts("a.log#0") == ["one", "ABCDEF", "last"])
        #expect(rests(harness).isEmpty)
    }

    @Test("A deleted file is read for as long as a program writes to it")
    func deleted() async throws {
        var harness = ReaderHarness()
        var reader = try reader(harness)
        var log: OpenLog? = OpenLog(directory, "a.log")
        log?.append("one\nABC")
        await harness.drain(&reader)
        directory.delete("a.log")
        for _ in 0..<40 { await harness.drain(&reader) }
        log?.append("DEF\n")
        for _ in 0..<40 { await harness.drain(&reader) }
        log?.append("last")
        await harness.drain(&reader)
        #expect(harness.texts("a.log#0") == ["one", "ABCDEF"])
        log = nil
        await harness.drain(&reader)
        #expect(harness.texts("a.log#0") == ["one", "ABCDEF", "last"])
    }

    @Test(
        "What follows on a line that was taken without a line end is its rest, and no record", arguments: [true, false])
    func rest(restarts: Bool) async throws {
        var harness = ReaderHarness()
        var reader = try reader(harness)
        directory.write("a.log", "one\nABC")
        try await drain(&reader, &harness, restarts: restarts)
        directory.rename("a.log", "a.log.1")
        try await drain(&reader, &harness, restarts: restarts)
        #expect(harness.texts("a.log#0") == ["one", "ABC"])
        // Nobody had it open, so it was thought to be closed.
        for piece in ["D", "E", "F\n{\"whole\":1}"] {
            directory.append("a.log.1", piece)
            try await drain(&reader, &harness, restarts: restarts)
        }
        #expect(rests(harness) == ["D", "E", "F"])
        #expect(harness.texts("a.log#0") == ["one", "ABC", "D", "E", "F", "{\"whole\":1}"])
        directory.append("a.log.1", " \r\nnext\n")
        try await drain(&reader, &harness, restarts: restarts)
        #expect(rests(harness) == ["D", "E", "F"])
        #expect(harness.texts("a.log#0").last == "next")
    }

    @Test("The same after an object that was whole by itself, and at the end of an archive", arguments: [true, false])
    func restOfObject(isArchive: Bool) async throws {
        var harness = ReaderHarness()
        var reader = try reader(harness, ends: isArchive ? .archive : .live)
        directory.write("a.log", isArchive ? "ABC" : "{\"a\":1}")
        await harness.drain(&reader)
        #expect(harness.texts("a.log#0").count == 1)
        directory.append("a.log", "{\"b\":2}")
        reader = try self.reader(harness)
        await harness.drain(&reader)
        #expect(harness.texts("a.log#0").count == 1)
        directory.append("a.log", "\n{\"c\":3}\n")
        await harness.drain(&reader)
        #expect(rests(harness) == ["{\"b\":2}"])
        #expect(harness.texts("a.log#0").last == "{\"c\":3}")
    }

    @Test("White space at the end of a closed file is no line, and what follows it is a record")
    func blank() async throws {
        var harness = ReaderHarness()
        var reader = try reader(harness)
        directory.write("a.log", "one\n  ")
        await harness.drain(&reader)
        directory.rename("a.log", "a.log.1")
        await harness.drain(&reader)
        directory.append("a.log.1", "two\n")
        await harness.drain(&reader)
        #expect(harness.texts("a.log#0") == ["one", "two"])
        #expect(rests(harness).isEmpty)
    }
}
