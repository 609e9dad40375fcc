/// Reads one source, partition by partition, in batches.
///
/// A reader owns its files or connections. It is used by one task at a time. Where it blocks, it must be run on an
/// executor that may block. It keeps no promise about what was committed: on start it is given the committed state,
/// and goes on from there.
public protocol SourceReader: Sendable {
    /// The next batch, or `nil` when the source has nothing more that can be read now (it may have later).
    ///
    /// Batches of one partition come in order and without a gap. For the same source and state the order among
    /// partitions is the same on each run: by the partitions' names, as bytes. Only a reader that follows its source, and is
    /// fair between partitions or told of changes, gives them as they come.
    /// - Throws: `SourceError` when the source cannot be read; the reader may be asked again.
    mutating func next() async throws(SourceError) -> RecordBatch?

    /// A file descriptor that is readable when there may be something new, so that its user need not ask; a hint, and `nil`
    /// where there is none.
    var readiness: CInt? { get }

    /// What there is to read now, for `status` and progress.
    mutating func lag() async throws(SourceError) -> [PartitionLag]
}

/// A source could not be read.
public struct SourceError: Error, Sendable, CustomStringConvertible {
    /// The source's name in the configuration.
    public var source: String
    /// What failed, on which file, object or shard, and what to do.
    public var message: String

    public init(source: String, message: String) {
        self.source = source
        self.message = message
    }

    public var description: String { "source \(source): \(message)" }
}
