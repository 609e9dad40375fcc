import AWSClient
import DequeModule
import Execution
public import RecordCutting
public import UsageModel

/// Reads the objects of a bucket under some prefixes, as partitions of whole records.
///
/// Objects are read in the byte order of their keys, each to its end, which ends its last record. Those that lie ahead are asked
/// for while one is read, large ones in parts, so that it is the network's bandwidth that decides. Compressed ones are
/// recognised by their first bytes.
///
/// A partition is an object's contents and is named `key#etag`: other contents under the same key are another partition, read
/// from its beginning, and that is told. The same contents put there again are nothing new. What was read is known by the
/// ledger, not by memory; see ``PrefixListing`` for how new keys are found.
///
/// An object that cannot be decompressed is read up to the damage; the rest is given out as one refused record, so that it
/// is kept in mind and the others go on. One that cannot be fetched is told, and tried again by the next pass.
///
/// ``next()`` does not wait for the network: it gives nothing while something is under way. A copy of a reader shares what is
/// under way with it; only one of them may go on.
public struct S3Reader: SourceReader {
    let source: String
    let bucket: S3Bucket
    let rule: RecordRule
    let options: S3ReaderOptions
    let ledger: CommittedPartitions
    let now: @Sendable () -> Timestamp
    let elapsed: @Sendable () -> Duration
    let ahead = Lookahead()
    /// Which objects are read; `nil` for all. It is for reading what is there once: each is asked for when its turn comes.
    public var selection: PartitionSelection?

    /// In the byte order of the prefixes.
    var listings: [PrefixListing]
    var pass: ListingPass?
    /// When the next pass may begin.
    var nextPass = Duration.zero
    var hasPassed = false
    /// Found and not begun, in the order of reading.
    var planned: Deque<ObjectPlan> = []
    /// Asked for; the first one is being read.
    var begun: Deque<ObjectFetch> = []
    var turn: ObjectTurnBox?
    /// Set while it is not known whether the first object is wanted.
    var look: ObjectLook?
    /// Batches that go out before anything else is read.
    var ready: Deque<RecordBatch> = []
    /// What was given out, by key, until the ledger is found to have it.
    var given: [ByteString: [PartitionState]] = [:]
    /// Objects that were not there any more as they were listed, and what their keys have now.
    var replacements: Deque<ObjectReplacement> = []
    /// The keys of these in this pass.
    var replacedKeys: Set<ByteString> = []
    /// What is wrong with single objects; told when the page is planned.
    var deferred: Deque<SourceError> = []
    /// So many objects are remembered before the ledger is asked which of them it has.
    var forgetAt = S3Reader.forgetStep
    var untold = SourceNews()
    public private(set) var isWaiting = false

    /// Takes the committed state; asks for nothing yet.
    /// - Parameters:
    ///   - source: the source's name.
    ///   - prefixes: of keys; none of them begins with another.
    ///   - rule: what ends a record.
    ///   - ledger: how far this source's partitions are committed.
    ///   - now: the wall clock, which the objects' ages go by. It enters no total.
    ///   - elapsed: the time since the start, which the polls go by.
    public init(
        source: String, bucket: S3Bucket, prefixes: [ByteString] = [""], rule: RecordRule = .lines,
        options: S3ReaderOptions = S3ReaderOptions(), ledger: CommittedPartitions,
        now: @escaping @Sendable () -> Timestamp, elapsed: @escaping @Sendable () -> Duration
    ) {
        self.source = source
        self.bucket = bucket
        self.rule = rule
        self.options = options
        self.ledger = ledger
        self.now = now
        self.elapsed = elapsed
        listings = prefixes.sorted().map { PrefixListing(prefix: $0) }
    }

    public var readiness: CInt? { ahead.descriptor }

    public func wait() async { await ahead.wait() }

    public func serve() async { await ahead.serve() }

    public mutating func news() -> SourceNews {
        var news = untold
        untold = SourceNews()
        news.isLooking = pass.map { !$0.isAtEnd } ?? !hasPassed
        return news
    }

    public mutating func next() async throws(SourceError) -> RecordBatch? {
        isWaiting = false
        // Whatever is done from here on is seen, or ends the waiting.
        ahead.settle()
        if let batch = ready.popFirst() { return give(batch) }
        guard pass != nil || beginPass() else { return nil }
        while true {
            if let error = deferred.popFirst() { throw error }
            try await replan()
            try await list()
            ask()
            if begun.isEmpty {
                guard let pass, pass.isAtEnd, replacements.isEmpty, deferred.isEmpty else {
                    if !deferred.isEmpty { continue }
                    return waiting()
                }
                endPass()
                return nil
            }
            switch try read() {
            case .batch(let batch): return give(batch)
            case .waits: return waiting()
            case .goesOn: if let batch = ready.popFirst() { return give(batch) }
            }
        }
    }

    private mutating func waiting() -> RecordBatch? {
        isWaiting = true
        return nil
    }

    /// - Returns: `false` when it is too early for one.
    private mutating func beginPass() -> Bool {
        if hasPassed, options.follows, elapsed() < nextPass { return false }
        pass = ListingPass()
        replacedKeys = []
        return true
    }

    private mutating func endPass() {
        pass = nil
        hasPassed = true
        nextPass = elapsed() + options.poll
    }

    /// Remembers what goes out.
    private mutating func give(_ batch: RecordBatch) -> RecordBatch {
        if let plan = begun.first?.plan, plan.isOverwrite, plan.object.id == batch.partition.id {
            begun[0].plan.isOverwrite = false
            let key = plan.object.key.shown
            untold.notices.append("\(key) was overwritten after it was read; its new contents are read as well")
        }
        let key = S3Object.key(of: batch.partition.id)
        given[key, default: []].removeAll { $0.partition.id == batch.partition.id }
        given[key, default: []].append(PartitionState(partition: batch.partition, position: batch.range.end))
        return batch
    }

    func error(_ message: String) -> SourceError { SourceError(source: source, message: message) }

    /// - Parameter failure: told without the request's number, so that the same is known for the same.
    func error(_ message: String, _ failure: AWSError) -> SourceError {
        var failure = failure
        failure.requestID = nil
        return error("\(message): \(failure)")
    }
}
