/// One reading of a gauge or a counter, with what puts it in order: its time, then where it stood.
///
/// Readings of one moment are in the order of their positions within a partition; between partitions, where position means
/// nothing, in an order that is the same in every run.
public struct Sample: Sendable, Hashable {
    public var time: Timestamp
    /// Tells partitions apart: ``Partition/mark``.
    public var partition: UInt64
    public var position: Position
    public var value: Quantity

    public init(time: Timestamp, partition: UInt64, position: Position, value: Quantity) {
        self.time = time
        self.partition = partition
        self.position = position
        self.value = value
    }
}

extension Sample: Comparable {
    public static func < (left: Sample, right: Sample) -> Bool {
        if left.time != right.time { return left.time < right.time }
        if left.partition != right.partition { return left.partition < right.partition }
        if left.position != right.position { return left.position < right.position }
        return left.value < right.value
    }
}

extension Position: Comparable {
    /// Of one partition: the earlier place first.
    public static func < (left: Position, right: Position) -> Bool {
        switch (left, right) {
        case (.byte(let left), .byte(let right)): left < right
        case (.byte, .shard): true
        case (.shard, .byte): false
        case (.shard(let left), .shard(let right)): left < right
        }
    }
}

extension ShardPosition: Comparable {
    private var rank: Int {
        switch self {
        case .horizon: 0
        case .time: 1
        case .behind: 2
        case .end: 3
        }
    }

    public static func < (left: ShardPosition, right: ShardPosition) -> Bool {
        switch (left, right) {
        case (.time(let left), .time(let right)):
            left < right
        case (.behind(let left, let leftSub), .behind(let right, let rightSub)):
            left != right ? left < right : (leftSub ?? .max) < (rightSub ?? .max)
        default:
            left.rank < right.rank
        }
    }
}

extension Partition {
    /// A number that stands for the partition in ``Sample/partition``: FNV-1a of its source and id, the same in every run
    /// (http://www.isthe.com/chongo/tech/comp/fnv/).
    public var mark: UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in Array(source.utf8) + [0] + id.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}
