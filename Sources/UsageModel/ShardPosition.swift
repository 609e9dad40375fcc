/// A place in a shard of a stream. Shards have no offsets: their records have numbers that grow and leave gaps.
public enum ShardPosition: Sendable, Hashable {
    /// Before the oldest record that the shard holds.
    case horizon
    /// Before the first record that arrived at this time or later.
    case time(Timestamp)
    /// Behind a record. Where several were put into one, `sub` counts them from 0, and `nil` means behind all of them.
    case behind(SequenceNumber, sub: UInt64?)
    /// Behind the last record that the shard will ever have.
    case end
}

extension ShardPosition: CustomStringConvertible {
    public var description: String {
        switch self {
        case .horizon: "horizon"
        case .time(let time): "at \(time)"
        case .behind(let number, sub: let sub?): "\(number).\(sub)"
        case .behind(let number, sub: nil): "\(number)"
        case .end: "end"
        }
    }
}
