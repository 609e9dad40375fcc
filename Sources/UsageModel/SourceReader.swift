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

    /// Whether the last ``next()`` gave nothing because something is under way, and not because there is nothing.
    var isWaiting: Bool { get }

    /// Returns when what is under way has come on, or when the task is cancelled; for who has nothing else to wait for.
    func wait() async

    /// A file descriptor that is readable when there may be something new, or when what is under way has come on, so that its
    /// user need not ask; a hint, and `nil` where there is none.
    var readiness: CInt? { get }

    /// Does what the reader wants done ahead of being asked for, such as requests to a server, until it is cancelled.
    ///
    /// It runs in a task of its own beside the one that asks for batches. A reader that waits without it waits for ever.
    func serve() async

    /// What became known since this was asked last. It is asked before the first
    /// ``next()`` and behind every one, before its batch goes on.
    mutating func news() -> SourceNews

    /// What there is to read now, for `status`.
    mutating func lag() async throws(SourceError) -> [PartitionLag]
}

// What only readers need that read over a network.
extension SourceReader {
    public var isWaiting: Bool { false }
    public func wait() async {}
    public func serve() async {}
}
