public import SchemaValidation

/// One place that records are read from.
public struct Source: Sendable, Hashable {
    /// What kind of place it is.
    public enum Place: Sendable, Hashable {
        case files(FilePlace)
        case s3(S3Place)
        case kinesis(KinesisPlace)
    }

    public var name: String
    public var place: Place
    public var format: RecordFormat
}

extension Source.Place {
    /// What its partitions are called.
    public var partitionName: RunProgress.PartitionName {
        switch self {
        case .files: .file
        case .s3: .object
        case .kinesis: .shard
        }
    }
}
