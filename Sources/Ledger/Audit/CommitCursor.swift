public import UsageModel

/// A commit with its place in the chain.
public struct CommittedFrame: Sendable {
    /// Its number in the ledger.
    public var seq: UInt64
    /// When it was written, by the wall clock.
    public var time: Timestamp
    /// The hash of its frame, which stands for all of the ledger up to it.
    public var hash: Digest256
    public var commit: Commit
    /// Windows that end at or before it were sealed when it was made; `nil` when none was.
    public var sealedBefore: Timestamp?
}

/// Reads the commits of a ledger one after the other, each frame checked against the one before it.
public struct CommitCursor: ~Copyable, Sendable {
    private var reader: SegmentReader
    /// The last frame that is read.
    private let last: UInt64
    private var sealedBefore: Timestamp?

    init(_ reader: consuming SegmentReader, upTo last: UInt64) {
        self.reader = reader
        self.last = last
    }

    /// The next commit; `nil` when there are no more.
    /// - Throws: ``LedgerError/damaged(segment:offset:message:advice:)`` where a frame is not what was written; nothing can be
    ///   read behind it.
    /// - Complexity: the bytes of the frame.
    public mutating func next() throws(LedgerError) -> CommittedFrame? {
        while let entry = try reader.entry(upTo: last) {
            switch entry.content {
            case .commit(let commit):
                return CommittedFrame(
                    seq: entry.seq, time: entry.time, hash: entry.hash, commit: commit, sealedBefore: sealedBefore)
            case .seal(let seal): sealedBefore = seal.before
            case .document: continue
            }
        }
        return nil
    }
}

extension LedgerReader {
    /// The commits from the first one on, up to the last that the index holds.
    public func commits() throws(LedgerError) -> CommitCursor {
        CommitCursor(try SegmentReader(try Segment.all(in: store), in: store), upTo: try index.state()?.seq ?? 0)
    }

    /// The 16 secret bytes that events' identities are made with.
    /// - Throws: damage, where they are missing, broken or those of another ledger.
    public func identityKey() throws(LedgerError) -> [UInt8] {
        let segments = try Segment.all(in: store)
        return try LedgerKey.read(segments[0].header.ledger, in: directory).bytes
    }
}
