public import UsageModel

/// Reads commits of a ledger one after the other, in their order.
public struct CommitCursor: ~Copyable, Sendable {
    /// Where the index says that a commit is.
    struct Place: Sendable {
        var summary: CommitSummary
        var sealedBefore: Timestamp?
    }

    private let segments: [Segment]
    private let store: any SegmentStore
    private var places: ArraySlice<Place>

    init(_ places: [Place], of segments: [Segment], in store: any SegmentStore) {
        self.places = places[...]
        self.segments = segments
        self.store = store
    }

    /// The next commit; `nil` when there are no more.
    /// - Throws: ``LedgerError/damaged(segment:offset:message:advice:)`` where its frame is not the one that the index was
    ///   given.
    /// - Complexity: the bytes of the frame.
    public mutating func next() throws(LedgerError) -> CommittedFrame? {
        guard let place = places.popFirst() else { return nil }
        let summary = place.summary
        let entry = try SegmentReader.entry(in: summary.segment, at: summary.offset, of: segments, in: store)
        guard let entry, entry.hash == summary.hash, case .commit(let commit) = entry.content else {
            throw .damage(
                in: summary.segment, at: summary.offset, "the frame of commit \(summary.seq) is not what was written")
        }
        return CommittedFrame(
            seq: entry.seq, time: entry.time, hash: entry.hash, commit: commit, sealedBefore: place.sealedBefore)
    }
}

extension LedgerReader {
    /// The commits that have usage in windows which have a moment in a period, the oldest first.
    /// - Parameter window: the period; `nil` for all commits.
    public func commits(overlapping window: Window? = nil) throws(LedgerError) -> CommitCursor {
        CommitCursor(try index.commits(overlapping: window), of: try Segment.all(in: store), in: store)
    }

    /// The 16 secret bytes that events' identities are made with.
    /// - Throws: damage, where they are missing, broken or those of another ledger.
    public func identityKey() throws(LedgerError) -> [UInt8] {
        let segments = try Segment.all(in: store)
        return try LedgerKey.read(segments[0].header.ledger, in: directory).bytes
    }
}
