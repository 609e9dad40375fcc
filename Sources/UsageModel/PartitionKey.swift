/// What names a partition, without how its reader recognises it.
public struct PartitionKey: Sendable, Hashable {
    /// The source's name, as bytes: they decide what is the same.
    public var source: ByteString
    public var id: ByteString

    public init(_ partition: Partition) {
        source = ByteString(partition.source)
        id = partition.id
    }
}
