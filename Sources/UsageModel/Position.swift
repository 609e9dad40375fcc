/// What a reader needs to go on in a partition.
///
/// It is an enumeration with a tag in the ledger, so that a reader of shards adds its sequence numbers as a case.
public enum Position: Sendable, Hashable {
    /// Bytes from the beginning of a file or an object, after decompression.
    case byte(UInt64)
}

extension Position: CustomStringConvertible {
    public var description: String {
        switch self {
        case .byte(let offset): "\(offset)"
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
