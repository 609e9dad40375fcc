import UsageModel

/// What names a partition, without how its reader recognises it.
struct PartitionKey: Hashable {
    var source: ByteString
    var id: ByteString

    init(_ partition: Partition) {
        source = ByteString(partition.source)
        id = partition.id
    }
}
