public import AWSClient
import Execution
public import UsageModel

/// Reads a stream of Kinesis: each shard is a partition, named by the shard's id, and the data of each of its records
/// is a record of a batch.
///
/// A line end behind the data is taken off, and data of nothing but white space is no record. Records that a producer
/// aggregated are taken apart (``AggregatedRecord``). A batch's slab is the data of its records, each followed by one
/// line feed, whatever stood behind it in the stream: so the digest of a range of positions does not depend on how it
/// was cut into batches.
///
/// Shards are read when all their parents were given out to the end: batches are committed in the order in which they
/// are given out, so that a record is never counted before those of the same key that came before it. The end of a
/// shard is a position, `ShardPosition.end`, and has to stay committed for as long as the shard is listed.
///
/// A descriptor tells when the record before its position arrived, and when the shard had nothing behind it. With these
/// it is known, on going on, whether the stream may have discarded something in between, which is an error.
///
/// ``next()`` waits for nothing: it begins what is to be done, and `serve()` does it. A copy of a reader shares that
/// work with it; only one of them may go on.
public struct KinesisReader: SourceReader {
    let source: String
    let service: KinesisService
    let start: KinesisStart
    let options: KinesisOptions
    let lookahead = Lookahead()

    // MARK: The stream

    /// Which one it is, and how long it keeps records; `nil` before that was asked for.
    var stream: StreamSummary?
    /// The stream that was read before.
    var committedStream: (identity: String, created: Timestamp)?
    /// Where shards are begun that were there when the source was begun; `nil` before it was.
    var beginning: ShardPosition?
    /// Committed states of shards that were not looked at yet.
    var resumed: [PositionedShard] = []
    /// In the order of their ids.
    var reading: [ShardReading] = []
    var waiting: [ByteString: FoundShard] = [:]
    /// Shards that were read to their end, for as long as they may be listed.
    var ended: [ByteString: EndedShard] = [:]

    // MARK: What is under way

    var survey: Pending<Result<StreamSurvey, AWSError>>?
    var surveysBegun = 0
    var surveysDone = 0
    /// The pass in which a survey was begun that was done, or failed.
    var surveyPass = 0
    var wantsSurvey = false
    var surveyDue = Pace()
    var surveyRetry = Pace()
    var surveyFailures = 0
    /// Bytes of answers that are there, and room for those that are asked for.
    var heldBytes = 0
    var wake: (pending: Pending<Void>, until: Timestamp)?

    // MARK: What is given out

    var pass = 1
    var isPassOver = false
    /// The shard that gave the last batch.
    var last: ByteString = ""
    var failures: [SourceError] = []
    var found: [PartitionLag] = []
    var notices: [String] = []
    public private(set) var isWaiting = false

    /// Takes the committed state; asks for nothing yet.
    /// - Parameters:
    ///   - source: the source's name.
    ///   - stream: the stream's name or its ARN.
    ///   - client: asks the service `kinesis` of the stream's region.
    ///   - start: where to begin when `resume` is empty.
    ///   - resume: all partitions of this source that the ledger knows.
    ///   - time: the clock that everything is paced by.
    /// - Throws: `SourceError` for a state that another version wrote, or of more than one stream.
    public init(
        source: String, stream: String, client: AWSClient, start: KinesisStart,
        options: KinesisOptions = KinesisOptions(), resume: [PartitionState] = [], time: AWSTime = .system
    ) throws(SourceError) {
        self.source = source
        service = KinesisService(client: client, stream: stream, time: time)
        self.start = start
        self.options = options
        for state in resume { try take(state) }
        resumed.sort { $0.id < $1.id }
    }

    private mutating func take(_ state: PartitionState) throws(SourceError) {
        guard case .shard(let position) = state.position,
            let descriptor = ShardDescriptor(state.partition.descriptor)
        else {
            throw SourceError(
                source: source,
                message: "the committed state of \(state.partition.id) is not one that this version can read")
        }
        if let other = committedStream, other != (descriptor.stream, descriptor.created) {
            throw SourceError(
                source: source,
                message: """
                    the committed states are of two streams, \(other.identity) created \(other.created), and \
                    \(descriptor.stream) created \(descriptor.created); give each a source of its own
                    """)
        }
        committedStream = (descriptor.stream, descriptor.created)
        beginning = descriptor.start.map { .time($0) } ?? .horizon
        if position == .end {
            ended[state.partition.id] = EndedShard(
                wasClosedAtStart: descriptor.wasClosedAtStart, listed: service.now)
        } else {
            resumed.append(
                PositionedShard(id: state.partition.id, position: position, descriptor: descriptor))
        }
    }

    public mutating func next() async throws(SourceError) -> RecordBatch? {
        // What is done from here on is looked at the next time.
        lookahead.settle()
        if isPassOver { pass += 1 }
        isPassOver = false
        let now = service.now
        takeSurvey(now)
        takeAnswers(now)
        beginSurvey(now)
        beginFetches(now)
        if !failures.isEmpty { throw failures.removeFirst() }
        let batch = give(now)
        // What was given out has made room, or the next shard has its turn.
        beginSurvey(now)
        beginFetches(now)
        if let batch { return batch }
        if !failures.isEmpty { throw failures.removeFirst() }
        isWaiting = !isAllRead(now)
        isPassOver = !isWaiting
        beginWake(now)
        return nil
    }

    /// What is begun here wakes who waits for it.
    public var readiness: CInt? { lookahead.descriptor }

    public func wait() async { await lookahead.wait() }

    public func serve() async { await lookahead.serve() }

    public mutating func news() -> SourceNews {
        defer { (found, notices) = ([], []) }
        return SourceNews(found: found, notices: notices, isLooking: stream == nil)
    }

    /// Whether every shard that can be read was read to its tip in this pass.
    private func isAllRead(_ now: Timestamp) -> Bool {
        if options.follows ? stream == nil && surveyFailures == 0 : surveyPass != pass || survey != nil { return false }
        return reading.allSatisfy { isSettled($0, now) }
    }

    func isSettled(_ shard: ShardReading, _ now: Timestamp) -> Bool {
        if !shard.answers.isEmpty || shard.needsPin || shard.isGone { return false }
        if shard.tipPass == pass || shard.failedPass == pass || shard.isMissing { return true }
        return options.follows && shard.hasToldFailure && !shard.pace.isOver(now)
    }

    /// Sees to it that ``next()`` is asked again when something is due.
    private mutating func beginWake(_ now: Timestamp) {
        if wake?.pending.value != nil { wake = nil }
        var due = reading.filter { $0.wantsFetch && mayFetch($0) }.map(\.pace)
        if survey == nil, options.follows { due += wantsSurvey ? [surveyRetry] : [surveyDue, surveyRetry] }
        // What may be done now waits for something that is under way.
        let moments = due.filter { !$0.isOver(now) }.map(\.until)
        guard let until = moments.min(), wake.map({ until < $0.until }) ?? true else { return }
        let pause = min(until.since(now), .seconds(60))
        let sleep = service.time.sleep
        // A cancelled one is begun again.
        wake = (lookahead.begin { try? await sleep(pause) }, until)
    }
}

/// A shard that was read to its end.
struct EndedShard: Sendable {
    var wasClosedAtStart: Bool
    /// When it was listed last.
    var listed: Timestamp
}
