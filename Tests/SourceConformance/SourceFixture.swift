public import UsageModel

/// A source that a test fills, and readers of it. Each kind of source has one.
public protocol SourceFixture {
    /// Puts whole records at the end of a partition, which is made if it is not there. The partitions' names are in the order of
    /// their numbers.
    mutating func append(_ records: [[UInt8]], to partition: Int) async throws

    /// A reader that goes on from committed states.
    func reader(resume: [PartitionState], batchBytes: Int) throws -> any SourceReader

    /// Which of the test's partitions a partition is a part of, by any name in their order; where they are the same, its id.
    /// A source whose partitions do not grow has several for one.
    var group: @Sendable (ByteString) -> ByteString { get }
}

extension SourceFixture {
    public var group: @Sendable (ByteString) -> ByteString { { $0 } }

    public var reading: SourceReading { SourceReading(group: group) }
}
