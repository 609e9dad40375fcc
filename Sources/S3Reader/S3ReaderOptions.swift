/// How an S3 reader lists, and how much it reads and keeps at once.
public struct S3ReaderOptions: Sendable, Hashable {
    /// The bytes that a batch aims at, 256 KiB to 4 MiB in production. A batch is longer only for a longer line.
    public var batchBytes: Int
    /// The longest record, in bytes without its line end. A longer one stands alone in its batch, marked so.
    public var maximumRecordBytes: Int
    /// Larger objects are asked for in parts of so many bytes.
    public var partBytes: Int
    /// So many bytes of answers are asked for ahead, at least one part.
    public var windowBytes: Int
    /// So many requests for objects are under way at once.
    public var maximumRequests: Int
    /// Keys of one page of a listing: at most 1,000.
    public var pageKeys: Int
    /// Whether the reader goes on when it has read all: it looks for new objects every `poll`.
    public var follows: Bool
    /// How long to wait before listing again.
    public var poll: Duration
    /// Keys whose objects are younger than this are listed again each time, so that one that comes late between them is found.
    public var lookBack: Duration
    /// Everything is listed again after this time at the latest; smaller buckets more often, so that a full listing costs no
    /// more than one request a poll on average.
    public var relist: Duration

    public init(
        batchBytes: Int = 1 << 20, maximumRecordBytes: Int = 1 << 20, partBytes: Int = 8 << 20,
        windowBytes: Int = 64 << 20, maximumRequests: Int = 32, pageKeys: Int = 1_000, follows: Bool = false,
        poll: Duration = .seconds(10), lookBack: Duration = .seconds(3_600), relist: Duration = .seconds(3_600)
    ) {
        precondition(batchBytes > 0 && batchBytes <= 1 << 30, "a batch has 1 byte to 1 GiB")
        precondition(maximumRecordBytes > 0 && maximumRecordBytes <= 1 << 30, "a record has 1 byte to 1 GiB")
        precondition(partBytes > 0 && partBytes <= 1 << 30, "a part has 1 byte to 1 GiB")
        precondition(maximumRequests > 0, "at least one request is under way")
        precondition((1...1_000).contains(pageKeys), "a page has 1 to 1,000 keys")
        self.batchBytes = batchBytes
        self.maximumRecordBytes = maximumRecordBytes
        self.partBytes = partBytes
        self.windowBytes = windowBytes
        self.maximumRequests = maximumRequests
        self.pageKeys = pageKeys
        self.follows = follows
        self.poll = poll
        self.lookBack = lookBack
        self.relist = relist
    }
}
