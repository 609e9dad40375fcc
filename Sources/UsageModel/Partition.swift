/// A part of a source that is read in order: a file generation, an S3 object or a shard.
public struct Partition: Sendable, Hashable {
    /// The name of the source in the configuration.
    public var source: String
    /// Names the partition within its source, for ever: it stands in the ledger and in messages.
    public var id: ByteString
    /// How its reader recognises it again, in the reader's own encoding (for a file: device, inode, guard).
    public var descriptor: [UInt8]

    public init(source: String, id: ByteString, descriptor: [UInt8]) {
        self.source = source
        self.id = id
        self.descriptor = descriptor
    }
}

/// A partition and how far it is committed: what a reader is given to go on.
public struct PartitionState: Sendable, Hashable {
    public var partition: Partition
    /// The first position that is not committed.
    public var position: Position

    public init(partition: Partition, position: Position) {
        self.partition = partition
        self.position = position
    }
}

/// How far a partition's reader is behind what its source holds now.
public struct PartitionLag: Sendable, Hashable {
    public var state: PartitionState
    /// Bytes of the source past the committed position, as they lie there (compressed ones are counted compressed).
    public var lagBytes: UInt64
    /// Of these, the bytes of a last line that is not whole yet.
    public var pendingBytes: UInt64

    public init(state: PartitionState, lagBytes: UInt64, pendingBytes: UInt64) {
        self.state = state
        self.lagBytes = lagBytes
        self.pendingBytes = pendingBytes
    }

    /// What can be read now, in bytes as they lie there.
    public var unreadBytes: UInt64 { lagBytes - min(lagBytes, pendingBytes) }
}
