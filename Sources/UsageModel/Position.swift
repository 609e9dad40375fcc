/// What a reader needs to go on in a partition.
///
/// It is an enumeration with a tag in the ledger.
public enum Position: Sendable, Hashable {
    /// Bytes from the beginning of a file or an object, after decompression.
    case byte(UInt64)
    /// A place between two records of a shard.
    case shard(ShardPosition)
}

extension Position: CustomStringConvertible {
    public var description: String {
        switch self {
        case .byte(let offset): "\(offset)"
        case .shard(let position): "\(position)"
        }
    }
}

/// A stretch of one partition: from `start` up to and without `end`.
public struct PositionRange: Sendable, Hashable {
    public var start: Position
    public var end: Position

    public init(start: Position, end: Position) {
        self.start = start
        self.end = end
    }
}
