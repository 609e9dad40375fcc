/// How a stream is read.
public struct KinesisOptions: Sendable, Hashable {
    /// What to do where records were discarded by the stream before they were read.
    public enum AgedOut: String, Sendable, Hashable {
        /// Refuse the shard until a person has decided.
        case fail
        /// Accept the gap, say so, and go on with the oldest records that are there.
        case `continue`
    }

    /// The bytes that a batch aims at. One is longer only for a longer record.
    public var batchBytes: Int
    /// The longest record, in bytes. A longer one stands alone in its batch, marked so.
    public var maximumRecordBytes: Int
    /// The records of all shards that may be fetched ahead, in bytes. A request under way counts for as much as an
    /// answer can hold; while one is being decoded it takes up to three times of that.
    public var bufferBytes: Int
    /// The records that one request asks for at most.
    public var recordsPerRequest: Int
    /// Whether the stream is followed, fairly between the shards; else they are read in the order of their ids, each to
    /// its tip.
    public var follows: Bool
    public var agedOut: AgedOut
    /// How long a shard that was read to its tip is left alone, when the stream is followed.
    public var pollInterval: Duration
    /// How long the list of shards is taken for true, when the stream is followed.
    public var surveyInterval: Duration

    /// The most that one answer can hold (https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html).
    public static let maximumAnswerBytes = 10 << 20

    public init(
        batchBytes: Int = 1 << 20, maximumRecordBytes: Int = 1 << 20, bufferBytes: Int = 64 << 20,
        recordsPerRequest: Int = 10_000, follows: Bool = true, agedOut: AgedOut = .fail,
        pollInterval: Duration = .seconds(1), surveyInterval: Duration = .seconds(60)
    ) {
        precondition(batchBytes > 0 && batchBytes <= 1 << 30, "a batch has 1 byte to 1 GiB")
        precondition(maximumRecordBytes > 0 && maximumRecordBytes <= 1 << 30, "a record has 1 byte to 1 GiB")
        precondition(bufferBytes >= 2 * KinesisOptions.maximumAnswerBytes, "two answers must find room")
        precondition((1...10_000).contains(recordsPerRequest), "a request asks for 1 to 10,000 records")
        self.batchBytes = batchBytes
        self.maximumRecordBytes = maximumRecordBytes
        self.bufferBytes = bufferBytes
        self.recordsPerRequest = recordsPerRequest
        self.follows = follows
        self.agedOut = agedOut
        self.pollInterval = pollInterval
        self.surveyInterval = surveyInterval
    }
}
