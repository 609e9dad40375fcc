import Compression
import FileReader
import RecordCutting
import SourceConformance
import Synchronization
import Testing
import UsageModel

@Suite struct FileReaderSelectionTests {
    private let directory = TemporaryDirectory()

    /// What a reader was asked and told.
    private final class Log: Sendable {
        let asked = Mutex<[ByteString: Int]>([:])
        let left = Mutex<[UInt64]>([])
    }

    /// A reader that wants the partitions with a record `yes`, in batches of few records.
    private func reader(
        _ log: Log = Log(), rule: RecordRule = .lines, batchBytes: Int = 16, resume: [PartitionState] = []
    ) throws -> FileReader {
        var reader = try FileReader(
            source: "test", base: directory.path, include: ["*"], ends: .archive, rule: rule, isWhole: { _ in false },
            options: FileReaderOptions(batchBytes: batchBytes, maximumRecordBytes: 256), resume: resume)
        reader.selection = PartitionSelection(
            isWanted: { batch in
                log.asked.withLock { $0[batch.partition.id, default: 0] += 1 }
                return batch.records.contains {
                    Array(batch.bytes[Int($0.start)..<Int($0.start + $0.length)]) == Array("yes".utf8)
                }
            },
            left: { bytes in log.left.withLock { $0.append(bytes) } })
        return reader
    }

    private func write(_ name: String, _ text: String, _ kind: CompressionKind?) -> UInt64 {
        let bytes = kind.map { Compressed.bytes(Array(text.utf8), $0) } ?? Array(text.utf8)
        directory.write(name, bytes)
        return UInt64(bytes.count)
    }

    @Test(
        "A wanted file is read from its beginning, whatever was looked at, and another is left alone",
        arguments: [nil, .gzip, .lz4, .zstd] as [CompressionKind?])
    func wholeFiles(kind: CompressionKind?) async throws {
        let many = (0..<100).map { "line \($0)\n" }.joined()
        let text = many + "yes\n" + many
        _ = write("early", "yes\n" + many, kind)
        _ = write("middle", text, kind)
        let size = write("never", many + "y", kind)
        _ = write("tail", many + "yes", kind)
        let log = Log()
        var reader = try reader(log)
        var harness = ReaderHarness()
        await harness.drain(&reader)
        #expect(harness.errors.isEmpty)
        #expect(harness.order == ["early#0", "middle#0", "tail#0"])
        #expect(harness.texts("middle#0") == text.split(separator: "\n").map(String.init))
        #expect(harness.texts("tail#0").count == 101)
        #expect(log.left.withLock { $0 } == [size])
        #expect(log.asked.withLock { $0["early#0"] } == 1)

        // While nothing changes, nothing is asked again.
        let asked = log.asked.withLock { $0 }
        await harness.drain(&reader)
        #expect(log.asked.withLock { $0 } == asked)
        // A reader that takes all finds the file that was left alone as it was.
        reader.selection = nil
        _ = write("never", many + "no\n", kind)
        await harness.drain(&reader)
        #expect(harness.texts("never#0").count == 101)
    }

    @Test(
        "A file that was begun goes on at its position, if it is wanted for what stands before or after it",
        arguments: [nil, .gzip, .lz4, .zstd] as [CompressionKind?])
    func begun(kind: CompressionKind?) async throws {
        let more = String(repeating: "more\n", count: 20)
        let texts = ["a": "yes\n" + more, "b": more + "yes\n", "c": more + more, "d": more + more]
        for (name, text) in texts { _ = write(name, text, kind) }
        var harness = ReaderHarness()
        for name in ["a", "b", "c"] {
            var first = try reader(resume: harness.resume)
            first.selection = PartitionSelection(
                isWanted: { $0.partition.id == ByteString(name + "#0") }, left: { _ in })
            await harness.drain(&first, batches: 2)
        }
        let begun = harness.texts("c#0")
        #expect(begun.count > 1 && begun.count < 20)
        let log = Log()
        var second = try reader(log, resume: harness.resume)
        await harness.drain(&second)
        #expect(harness.errors.isEmpty)
        #expect(harness.order == ["a#0", "b#0", "c#0"])
        for name in ["a", "b"] {
            #expect(harness.texts(name + "#0") == texts[name]?.split(separator: "\n").map(String.init))
        }
        #expect(harness.texts("c#0") == begun)
        #expect(log.left.withLock { $0.count } == 2)

        // What was read to its end is not looked into again.
        let again = Log()
        var third = try reader(again, resume: harness.resume)
        await harness.drain(&third)
        #expect(again.asked.withLock { Set($0.keys) } == ["c#0", "d#0"])
    }

    @Test("A file that cannot be read to its end is an error where it has not told before")
    func broken() async throws {
        let many = (0..<10_000).map { "line \($0)\n" }.joined()
        for (name, text) in [("a", many + "yes\n"), ("b", "yes\n" + many)] {
            let bytes = Compressed.bytes(Array(text.utf8), .gzip)
            directory.write(name, Array(bytes[..<(bytes.count / 2)]))
        }
        let log = Log()
        var reader = try reader(log, batchBytes: 1 << 12)
        var harness = ReaderHarness()
        await harness.drain(&reader)
        #expect(harness.errors.count == 2)
        #expect(harness.errors.allSatisfy { $0.message.contains("truncated gzip") })
        #expect(harness.order == ["b#0"])
        #expect(harness.texts("b#0").count > 1_000)
        #expect(log.left.withLock { $0.isEmpty })
    }

    @Test(
        "The header of a table goes with what is asked for, and with what is read",
        arguments: [nil, CompressionKind.gzip])
    func header(kind: CompressionKind?) async throws {
        _ = write("a", "name\nno\n", kind)
        _ = write("b", "name\n" + String(repeating: "no\n", count: 20) + "yes\n", kind)
        var reader = try reader(rule: .csv(delimiter: 0x2C, hasHeader: true))
        var harness = ReaderHarness()
        await harness.drain(&reader)
        #expect(harness.order == ["b#0"])
        #expect(harness.texts("b#0").count == 21)
        #expect(harness.batches.allSatisfy { $0.header == Array("name".utf8) })
    }

    @Test("A line that is too long is looked over and read all the same")
    func oversized() async throws {
        _ = write("a", String(repeating: "x", count: 1_000) + "\nyes\n", .zstd)
        var reader = try reader()
        var harness = ReaderHarness()
        await harness.drain(&reader)
        #expect(harness.lines["a#0"]?.map(\.length) == [1_000, 3])
    }

    @Test(
        "Batches tell how much of the file they take, as it lies there",
        arguments: [nil, .gzip, .lz4, .zstd] as [CompressionKind?])
    func storedBytes(kind: CompressionKind?) async throws {
        let text = (0..<50_000).map { "line \($0) \($0 &* 2_654_435_761 % 1_000_003)\n" }.joined()
        let size = write("a", text, kind)
        var reader = try reader(batchBytes: 1 << 12)
        reader.selection = nil
        var harness = ReaderHarness()
        await harness.drain(&reader)
        let stored = harness.batches.map(\.storedBytes)
        #expect(stored.reduce(0, +) <= size)
        #expect(stored.reduce(0, +) >= size - size / 100)
        #expect(stored.prefix(stored.count / 2).reduce(0, +) < size * 3 / 4)
    }
}
