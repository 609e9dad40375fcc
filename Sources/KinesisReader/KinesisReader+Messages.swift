import AWSClient
import UsageModel

// What went wrong, for a person.
extension KinesisReader {
    func failure(asking error: AWSError) -> SourceError {
        failure("the stream \(service.stream) cannot be listed", error)
    }

    func failure(reading shard: ByteString, _ error: AWSError) -> SourceError {
        failure("\(shard) of the stream \(service.stream) cannot be read", error)
    }

    private func failure(_ what: String, _ error: AWSError) -> SourceError {
        var message = "\(what): \(error)"
        switch error.kind {
        case .accessDenied:
            message +=
                ": kinesis:DescribeStreamSummary, ListShards, GetShardIterator and GetRecords are needed"
        case .throttled:
            message += "; others read the same shards: each allows 5 requests and 2 MB a second to all together"
        default: break
        }
        return SourceError(source: source, message: message)
    }

    /// What may be lost of a shard, and why.
    func loss(in shard: ShardReading, _ now: Timestamp) -> String {
        let retention = stream?.retention ?? .zero
        let oldest = now.adding(.zero - retention)
        let hours = retention.components.seconds / 3_600
        return """
            \(shard.id) of the stream \(service.stream): reading stopped at \(shard.position)\(history(of: shard)), and \
            the stream keeps \(hours) hours: what arrived between \
            \(shard.known.map { "\($0)" } ?? "then") and \(oldest) may be lost
            """
    }

    func lossOfShard(_ shard: ShardReading) -> String {
        """
        \(shard.id) of the stream \(service.stream) is not there any more, but was read up to \(shard.position) only\
        \(history(of: shard)): what it held behind that is lost
        """
    }

    private func history(of shard: ShardReading) -> String {
        let arrival = shard.descriptor.arrival.map { " (the record before it arrived at \($0)" }
        let tip = shard.descriptor.tip.map { "nothing was behind it at \($0)" }
        switch (arrival, tip) {
        case (nil, nil): return ""
        case (let arrival?, nil): return arrival + ")"
        case (nil, let tip?): return " (\(tip))"
        case (let arrival?, let tip?): return "\(arrival), \(tip))"
        }
    }
}
