import UsageModel

/// What a stream is like, and all of its shards.
struct StreamSurvey: Sendable {
    var summary: StreamSummary
    var shards: [ListedShard]
    /// When it was begun, by the service's clock where it tells; no shard that is closed here was closed later than known.
    var time: Timestamp
}

/// What DescribeStreamSummary tells that matters here.
struct StreamSummary: Sendable, Hashable {
    /// What names the stream in the whole world, where the service tells; else its name.
    var identity: String
    var created: Timestamp
    var retention: Duration
}
