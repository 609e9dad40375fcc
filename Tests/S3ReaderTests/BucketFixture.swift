import AWSClient
import Compression
import MemoryS3
import RecordCutting
import SourceConformance
import Synchronization
import UsageModel

@testable import S3Reader

/// A bucket that tests fill with objects, and readers of it.
struct BucketFixture: SourceFixture {
    let store: MemoryS3
    /// What is done to an object's bytes before they are put there.
    var packed: ([UInt8]) throws -> [UInt8] = { $0 }
    var rule = RecordRule.lines
    var header = ""
    var generation: [Int: Int] = [:]

    init(store: MemoryS3 = MemoryS3()) {
        self.store = store
    }

    /// Objects do not grow: what comes later is another object, whose key lies behind.
    mutating func append(_ records: [[UInt8]], to partition: Int) async throws {
        generation[partition, default: 0] += 1
        let contents = Array(header.utf8) + records.flatMap { $0 + [0x0A] }
        let number = String(generation[partition] ?? 0).padded
        store.put("logs/\(partition)/\(number).ndjson", try packed(contents))
    }

    var group: @Sendable (ByteString) -> ByteString {
        // logs/N/…
        { ByteString(Array($0.bytes.prefix(6))) }
    }

    func reader(resume: [PartitionState], batchBytes: Int) -> any SourceReader {
        reader(resume: resume, options: S3ReaderOptions(batchBytes: batchBytes, partBytes: 900, maximumRequests: 4))
    }

    func reader(resume: [PartitionState] = [], options: S3ReaderOptions) -> S3Reader {
        reader(ledger: CommittedPartitions(resume), options: options)
    }

    func reader(
        ledger: CommittedPartitions, options: S3ReaderOptions, elapsed: @escaping @Sendable () -> Duration = { .zero }
    ) -> S3Reader {
        S3Reader(
            source: "archive", bucket: store.bucket, prefixes: ["logs/"], rule: rule, options: options, ledger: ledger,
            now: store.now, elapsed: elapsed)
    }
}

extension String {
    fileprivate var padded: String { String(repeating: "0", count: max(0, 8 - count)) + self }
}
