import Execution
import UsageModel

/// A shard that is being read.
struct ShardReading: Sendable {
    let id: ByteString
    /// The hash keys of its records.
    var hashes: HashKeyRange
    /// What goes with the position.
    var descriptor: ShardDescriptor
    /// Given out up to here.
    var position: ShardPosition
    /// Whether its beginning has to be committed before it is read.
    var needsPin = false

    // MARK: Fetching

    /// Where a new iterator is to stand: behind what was fetched last.
    var cursor: ShardCursor
    /// What was given out of what the cursor gives again.
    var taken: ShardPosition?
    /// Whether the record at the cursor has to be there.
    var isVerifying = false
    var iterator: String?
    /// What arrived up to then was fetched, or is still in the stream.
    var known: Timestamp?
    var fetch: Pending<FetchResult>?
    /// Fetched, and not given out yet: two at most.
    var answers: [ShardAnswer] = []
    /// Entries of the first of them that were given out.
    var given = 0
    /// Whether all was fetched that the shard will ever have.
    var isFetched = false
    var pace = Pace()

    // MARK: How it stands

    /// Whether the last batch said that nothing is behind it.
    var hasSaidEnd = false
    /// The pass in which it was last seen read to its tip, and the one in which it last failed.
    var tipPass = 0
    var failedPass = 0
    /// Failures since the last success, and whether they were told of.
    var failures = 0
    var hasToldFailure = false
    /// Whether the last answer had nothing.
    var isAtTip = false
    /// The service does not know it any more; and that was accepted, so that it has come to its end.
    var isMissing = false
    var isGone = false
    /// The survey that has to be there before the shard may end, so that its children are known.
    var awaitedSurvey = 0

    /// One that was never read.
    init(_ shard: ListedShard, from position: ShardPosition, descriptor: ShardDescriptor) {
        self.init(PositionedShard(id: shard.id, position: position, descriptor: descriptor), shard.hashes)
        // Nothing of it was promised to anyone yet.
        known = nil
    }

    /// One that goes on.
    init(_ shard: PositionedShard, _ hashes: HashKeyRange) {
        id = shard.id
        self.hashes = hashes
        descriptor = shard.descriptor
        position = shard.position
        known = shard.descriptor.known
        switch shard.position {
        case .horizon, .end: cursor = .horizon
        case .time(let time):
            cursor = .time(time)
            known = max(known ?? time, time)
        case .behind(let number, sub: nil): cursor = .after(number)
        case .behind(let number, sub: .some):
            cursor = .at(number)
            taken = shard.position
            isVerifying = true
        }
    }

    /// Whether nothing more can come of it but what is in `answers`.
    var wantsFetch: Bool {
        fetch == nil && !isFetched && !isMissing && !needsPin && answers.count < 2
    }
}

/// How far a shard is committed.
struct PositionedShard: Sendable {
    var id: ByteString
    var position: ShardPosition
    var descriptor: ShardDescriptor
}
