import KinesisReader
import SourceConformance
import StrictKinesis
import Testing
import UsageModel

/// What every source reader promises, of a stream.
@Suite struct KinesisReaderConformanceTests {
    private struct Shards: SourceFixture {
        let stream: StreamFixture
        let answerRecords: Int

        init(answerRecords: Int) {
            stream = StreamFixture(shards: 0)
            self.answerRecords = answerRecords
            stream.kinesis.configure { $0.answerRecords = answerRecords }
        }

        func append(_ records: [[UInt8]], to partition: Int) {
            stream.kinesis.addShard(partition, to: StreamFixture.name)
            for record in records {
                stream.kinesis.put(record, key: "key", into: partition, of: StreamFixture.name)
            }
        }

        func reader(resume: [PartitionState], batchBytes: Int) throws -> any SourceReader {
            try stream.reader(.trimHorizon, KinesisOptions(batchBytes: batchBytes, follows: false), resume: resume)
        }
    }

    @Test("It keeps what every source reader promises", arguments: SourcePromise.allCases, [7, 10_000])
    func promises(promise: SourcePromise, answerRecords: Int) async throws {
        try await promise.check { Shards(answerRecords: answerRecords) }
    }
}
