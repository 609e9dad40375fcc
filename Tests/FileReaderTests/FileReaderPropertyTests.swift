import Compression
import FileReader
import RecordCutting
import SourceConformance
import Testing
import UsageModel

@Suite struct FileReaderPropertyTests {
    private func reader(
        _ directory: TemporaryDirectory, _ ends: EndOfFileRule, batch: Int, longest: Int, resume: [PartitionState] = []
    ) throws -> FileReader {
        try FileReader(
            source: "test", base: directory.path, include: ["*"], ends: ends, isWhole: { _ in false },
            options: FileReaderOptions(batchBytes: batch, maximumRecordBytes: longest), resume: resume)
    }

    @Test(
        "Every line once, whatever the contents, the sizes of batches and the places of restarts",
        arguments: [nil] + CompressionKind.allCases.map(Optional.some))
    func everyLineOnce(kind: CompressionKind?) async throws {
        for seed in 1...60 as ClosedRange<UInt64> {
            var random = RandomContents(seed: seed)
            let longest = 20 + random.next(200)
            let contents = random.file(lines: random.next(120), longest: longest)
            let directory = TemporaryDirectory()
            directory.write("f", kind.map { Compressed.bytes(contents, $0) } ?? contents)
            for ends in [EndOfFileRule.archive, .live] {
                let takesTail = ends == .archive || kind != nil
                let expected = ReaderHarness.oracle(contents, takesTail: takesTail, maximum: longest)
                for batch in [1, 17, 300, 1 << 16] {
                    var harness = ReaderHarness()
                    // A restart after some batches, from what was committed.
                    for _ in 0..<4 {
                        var part = try reader(directory, ends, batch: batch, longest: longest, resume: harness.resume)
                        await harness.drain(&part, batches: 1 + random.next(5))
                    }
                    var last = try reader(directory, ends, batch: batch, longest: longest, resume: harness.resume)
                    await harness.drain(&last)
                    #expect(harness.errors.isEmpty)
                    #expect(harness.lines["f#0"] ?? [] == expected, "seed \(seed), batch \(batch), \(ends)")
                    if !contents.isEmpty { #expect(harness.states.count <= 1) }
                    if let end = harness.states["f#0"]?.position, takesTail {
                        #expect(end == .byte(UInt64(contents.count)))
                    }
                }
            }
        }
    }

    @Test("A partition's last batch says that it is the last", arguments: [nil, CompressionKind.gzip])
    func reachesEnd(kind: CompressionKind?) async throws {
        for seed in 1...40 as ClosedRange<UInt64> {
            var random = RandomContents(seed: seed)
            let contents = random.file(lines: 50, longest: 100)
            let directory = TemporaryDirectory()
            directory.write("f", kind.map { Compressed.bytes(contents, $0) } ?? contents)
            for batch in [50, 500, 1 << 16] {
                var harness = ReaderHarness()
                var reader = try reader(directory, .live, batch: batch, longest: 100)
                await harness.drain(&reader)
                let places = harness.batches.indices.filter { harness.batches[$0].reachesEnd }
                #expect(places == [harness.batches.count - 1])
            }
        }
    }

    @Test("A file that grows by pieces gives each line when it is whole", arguments: [20, 4_096])
    func grows(batch: Int) async throws {
        for seed in 1...30 as ClosedRange<UInt64> {
            var random = RandomContents(seed: seed)
            let contents = random.file(lines: 60, longest: 80)
            let directory = TemporaryDirectory()
            var harness = ReaderHarness()
            var reader = try reader(directory, .live, batch: batch, longest: 80)
            var start = 0
            while start < contents.count {
                let end = min(contents.count, start + 1 + random.next(150))
                directory.append("f", Array(contents[start..<end]))
                start = end
                await harness.drain(&reader)
                let expected = ReaderHarness.oracle(Array(contents[..<end]), takesTail: false, maximum: 80)
                #expect(harness.lines["f#0"] ?? [] == expected)
                if random.next(4) == 0 {
                    reader = try self.reader(directory, .live, batch: batch, longest: 80, resume: harness.resume)
                }
            }
            #expect(harness.states.count == 1)
        }
    }
}
