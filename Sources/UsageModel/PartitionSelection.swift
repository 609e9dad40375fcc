/// Decides which partitions of a source are read, where not all are wanted.
///
/// Before a reader gives anything of a partition out, it looks into it from its beginning. A partition is taken as a whole or
/// left alone: its position says that everything before it was counted, so there is no taking a part of it.
public struct PartitionSelection: Sendable {
    /// Whether a batch makes its partition wanted. Called with the batches of a partition in order, until one does; a
    /// partition where none does is left alone.
    public let isWanted: @Sendable (RecordBatch) -> Bool
    /// Called for each partition that is left alone, with the bytes that were to be read in it, as they lie there.
    public let left: @Sendable (_ storedBytes: UInt64) -> Void

    public init(
        isWanted: @escaping @Sendable (RecordBatch) -> Bool, left: @escaping @Sendable (UInt64) -> Void
    ) {
        self.isWanted = isWanted
        self.left = left
    }
}
