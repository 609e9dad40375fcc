/// Reads again what was committed of a source: the very ranges that the ledger names, and nothing else.
///
/// Like a ``SourceReader`` it owns its files or connections, is used by one task at a time, and has to be run on an executor
/// that may block where it blocks.
public protocol RangeReader: Sendable {
    /// Says which ranges will be asked for next, in that order, so that what takes time can be begun.
    mutating func expect(_ ranges: [CommittedRange])

    /// The bytes that the source has for a range now, cut into records as they were when it was committed.
    ///
    /// Whether they are still the same is for the caller to see, by their digest. Ranges of a partition that come in their
    /// order cost each byte once.
    mutating func read(_ range: CommittedRange) async throws(RangeError) -> RecordBatch

    /// Does what was begun ahead, until it is cancelled; see ``SourceReader/serve()``.
    func serve() async
}

extension RangeReader {
    public mutating func expect(_ ranges: [CommittedRange]) {}
    public func serve() async {}
}

/// Why a range could not be read again.
public enum RangeError: Error, Sendable, Hashable {
    /// The source does not have it any more: what is missing, in words.
    case gone(String)
    /// What the source has in its place cannot be read as it was: what is wrong, in words.
    case changed(String)
    /// The source could not be asked, so that nothing is known about it: what failed, in words.
    case failed(String)
}
