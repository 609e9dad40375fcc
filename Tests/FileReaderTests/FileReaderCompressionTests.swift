import Compression
import RecordCutting
import SourceConformance
import Testing
import UsageModel

@testable import FileReader

/// Rotations that make another file of what was read: they compress it, or copy it and cut the original.
@Suite struct FileReaderCompressionTests {
    private let directory = TemporaryDirectory()

    private func reader(_ include: [String] = ["**"], resume: [PartitionState] = []) throws -> FileReader {
        try FileReader(
            source: "test", base: directory.path, include: include, ends: .live, isWhole: { _ in false },
            resume: resume)
    }

    private static func lines(_ numbers: Range<Int>) -> String {
        numbers.map { "line \($0) of a log that is long enough\n" }.joined()
    }

    @Test(
        "A file that is compressed after it was renamed goes on where it was left",
        arguments: CompressionKind.allCases, [true, false])
    func compressed(kind: CompressionKind, restarts: Bool) async throws {
        directory.write("app.log", Self.lines(0..<50))
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        // More comes, then the rotation, all unseen.
        directory.append("app.log", Self.lines(50..<60))
        directory.delete("app.log")
        directory.write("app.log.1.gz", Compressed.bytes(Array(Self.lines(0..<60).utf8), kind))
        directory.write("app.log", "new\n")
        if restarts { reader = try self.reader(resume: harness.resume) }
        await harness.drain(&reader)
        await harness.drain(&reader)
        #expect(harness.texts("app.log#0").joined(separator: "\n") + "\n" == Self.lines(0..<60))
        #expect(harness.texts("app.log#1") == ["new"])
        #expect(harness.states.count == 2)
        // Where it is now is known to the next start, which reads nothing again.
        directory.rename("app.log.1.gz", "app.log.2.gz")
        let count = harness.batches.count
        var again = try self.reader(resume: harness.resume)
        await harness.drain(&again)
        #expect(harness.batches.count == count)
        #expect(harness.errors.isEmpty)
    }

    @Test("While both files are there the compressed one waits, finished or not", arguments: [true, false])
    func both(restarts: Bool) async throws {
        let whole = Compressed.bytes(Array(Self.lines(0..<20_000).utf8), .gzip)
        directory.write("app.log.1", Self.lines(0..<20_000))
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        var start = 0
        for end in [10, whole.count / 2, whole.count] {
            directory.append("app.log.1.gz", Array(whole[start..<end]))
            start = end
            if restarts { reader = try self.reader(resume: harness.resume) }
            await harness.drain(&reader)
            #expect(harness.order == ["app.log.1#0"])
        }
        directory.delete("app.log.1")
        if restarts { reader = try self.reader(resume: harness.resume) }
        await harness.drain(&reader)
        await harness.drain(&reader)
        #expect(harness.order == ["app.log.1#0"])
        #expect(harness.texts("app.log.1#0").count == 20_000)
        #expect(harness.batches.last?.range.start == harness.batches.last?.range.end)
    }

    @Test("What was copied before the file was cut goes on in the copy", arguments: [true, false])
    func copytruncate(restarts: Bool) async throws {
        directory.write("app.log", Self.lines(0..<50))
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        directory.append("app.log", Self.lines(50..<55))
        // The copy grows, is seen half made, and is not read beside the original.
        directory.write("app.log.1", Self.lines(0..<20))
        await harness.drain(&reader)
        directory.append("app.log.1", Self.lines(20..<55))
        await harness.drain(&reader)
        directory.append("app.log", Self.lines(55..<60))
        directory.append("app.log.1", Self.lines(55..<60))
        if restarts { reader = try self.reader(resume: harness.resume) }
        directory.write("app.log", "new\n")
        await harness.drain(&reader)
        await harness.drain(&reader)
        #expect(harness.texts("app.log#0").joined(separator: "\n") + "\n" == Self.lines(0..<60))
        #expect(harness.texts("app.log#1") == ["new"])
        #expect(harness.order == ["app.log#0", "app.log#1"])
        #expect(harness.errors.isEmpty)
    }

    @Test(
        "A copy that is shorter than what was read of the file is not read again, compressed or not",
        arguments: [nil] + CompressionKind.allCases.map(Optional.some),
        [(true, 5), (true, 500), (false, 5), (false, 500)])
    func shorterCopy(kind: CompressionKind?, seen: (Bool, lines: Int)) async throws {
        let (isSeen, count) = seen
        directory.write("app.log", Self.lines(0..<count))
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        // What comes between the copy and the cut is read, and is not in the copy, whose last line may be torn.
        directory.write("app.log.1", Array(Self.lines(0..<count).utf8.dropLast(3)))
        if isSeen { await harness.drain(&reader) }
        directory.append("app.log", Self.lines(count..<count + 10))
        await harness.drain(&reader)
        directory.write("app.log", "new\n")
        // More than 1,024 bytes are known again after a restart.
        if count > 100 { reader = try self.reader(resume: harness.resume) }
        await harness.drain(&reader)
        if let kind {
            let copy = Compressed.bytes(directory.contents("app.log.1"), kind)
            directory.write("app.log.1.z", Array(copy.prefix(copy.count / 2)))
            await harness.drain(&reader)
            directory.write("app.log.1.z", copy)
            directory.delete("app.log.1")
            await harness.drain(&reader)
        }
        directory.rename(kind == nil ? "app.log.1" : "app.log.1.z", kind == nil ? "app.log.2" : "app.log.2.z")
        for _ in 0..<2 { await harness.drain(&reader) }
        #expect(harness.texts("app.log#0").joined(separator: "\n") + "\n" == Self.lines(0..<count + 10))
        #expect(harness.texts("app.log#1") == ["new"])
        #expect(harness.order == ["app.log#0", "app.log#1"])
        #expect(harness.errors.isEmpty)
    }

    @Test(
        "A file that is shorter than the one before it, and another, is read", arguments: [nil, CompressionKind.gzip])
    func shorterOther(kind: CompressionKind?) async throws {
        directory.write("app.log", Self.lines(0..<500))
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        directory.delete("app.log")
        let other = Array(Self.lines(7..<200).utf8)
        directory.write("app.log.1", kind.map { Compressed.bytes(other, $0) } ?? other)
        for _ in 0..<20 { await harness.drain(&reader) }
        #expect(harness.texts("app.log.1#0").joined(separator: "\n") + "\n" == Self.lines(7..<200))
    }

    @Test(
        "A shorter file with the long header of one that was deleted is read", arguments: [nil, CompressionKind.zstd])
    func sameHeader(kind: CompressionKind?) async throws {
        let header = (0..<300).map { "column\($0)" }.joined(separator: ",") + "\n"
        directory.write("usage.1", header + Self.lines(0..<500))
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        directory.delete("usage.1")
        let next = Array((header + Self.lines(600..<700)).utf8)
        directory.write("usage.2", kind.map { Compressed.bytes(next, $0) } ?? next)
        for _ in 0..<20 { await harness.drain(&reader) }
        #expect(harness.texts("usage.2#0").count == 101)
    }

    @Test("A compressed file of nothing is read to its end, once", arguments: CompressionKind.allCases)
    func empty(kind: CompressionKind) async throws {
        directory.write("app.log.1.z", Compressed.bytes([], kind))
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        #expect(harness.batches.count == 1 && harness.batches.allSatisfy { $0.reachesEnd && $0.contentCount == 0 })
        for _ in 0..<2 {
            #expect(try await reader.lag().map(\.lagBytes) == [0])
            await harness.drain(&reader)
            reader = try self.reader(resume: harness.resume)
        }
        #expect(harness.batches.count == 1)
    }

    @Test("Files that begin alike and are no copies are read, each on its own")
    func alike() async throws {
        let header = "time,tenant,bytes of every request that was answered\n"
        directory.write("a.csv", header)
        directory.write("a.csv.1", header + "1\n")
        directory.write("a-2.csv", header)
        directory.make("host1")
        directory.make("host2")
        for host in ["host1", "host2"] { directory.write("\(host)/app.log", Self.lines(0..<30)) }
        var harness = ReaderHarness()
        var reader = try reader()
        await harness.drain(&reader)
        directory.append("a-2.csv", "2\n")
        directory.append("a.csv", "3\n")
        await harness.drain(&reader)
        func rows(_ id: String) -> [String] { harness.texts(id).filter { $0.count < 10 } }
        #expect(rows("a.csv#0") + rows("a.csv.1#0") + rows("a-2.csv#0") == ["3", "1", "2"])
        #expect(harness.texts("host1/app.log#0").count == 30)
        #expect(harness.texts("host2/app.log#0").count == 30)
    }

    @Test("Names that a rotation gives are told from others")
    func names() {
        for name in [
            "/l/app.log.1", "/l/app.log.2.gz", "/l/app.log-20261126", "/l/app-20261126.log", "/l/app.1.log.gz",
            "/l/old/app.log", "/l/old/app.log.1",
        ] {
            #expect(ByteString(name).originals.contains("/l/app.log"), "\(name)")
        }
        for name in ["/l/app.log.3", "/l/app.log.3.gz"] {
            #expect(ByteString(name).originals.contains { $0 == ByteString("/l/app.log.2").unnumbered }, "\(name)")
        }
        for name in [
            "/l/app.log", "/l/app2.log", "/k/app.log.1", "/l/ap.log", "/l/other.log", "/lx/app.log.1", "/app.log.1",
            "/l/app",
        ] {
            #expect(!ByteString(name).originals.contains("/l/app.log"), "\(name)")
        }
    }
}
