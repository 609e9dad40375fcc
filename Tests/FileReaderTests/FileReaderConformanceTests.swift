import Compression
import FileReader
import SourceConformance
import Testing
import UsageModel

/// What every source reader promises, of local files.
@Suite struct FileReaderConformanceTests {
    private struct Files: SourceFixture {
        let directory = TemporaryDirectory()
        let kind: CompressionKind?

        func append(_ records: [[UInt8]], to partition: Int) {
            let bytes: [UInt8] = Array(records.map { $0 + [0x0A] }.joined())
            // A compressed file grows by members or frames.
            directory.append("part-\(partition).log", kind.map { Compressed.bytes(bytes, $0) } ?? bytes)
        }

        func reader(resume: [PartitionState], batchBytes: Int) throws -> any SourceReader {
            try FileReader(
                source: "files", base: directory.path, include: ["*.log"], ends: .live, isWhole: { _ in false },
                options: FileReaderOptions(batchBytes: batchBytes), resume: resume)
        }
    }

    @Test(
        "It keeps what every source reader promises", arguments: SourcePromise.allCases,
        [nil] + CompressionKind.allCases.map(Optional.some))
    func promises(promise: SourcePromise, kind: CompressionKind?) async throws {
        try await promise.check { Files(kind: kind) }
    }
}
