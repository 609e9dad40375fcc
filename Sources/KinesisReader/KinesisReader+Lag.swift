import AWSClient
public import UsageModel

// How far behind the reader is.
extension KinesisReader {
    /// Every shard that is there and was not read to its end, in the order of the ids.
    ///
    /// The service does not tell how many bytes a shard holds, and asking for its records would take of what its readers
    /// may ask for. So the bytes are those that were fetched and not given out, and one more where the shard is not known
    /// to have been read to its tip: none are left where none are told.
    public mutating func lag() async throws(SourceError) -> [PartitionLag] {
        let survey: StreamSurvey
        do throws(AWSError) { survey = try await service.survey() } catch { throw failure(asking: error) }
        // What this reader knows stays as it is.
        var other = self
        other.failures = []
        other.apply(survey, service.now)
        if let failure = other.failures.first { throw failure }
        let lags = other.reading.map { other.lag(of: $0) } + other.waiting.values.map { other.lag(of: $0) }
        return lags.sorted { $0.state.partition.id < $1.state.partition.id }
    }

    func lag(of shard: ShardReading) -> PartitionLag {
        var bytes: UInt64 = shard.isAtTip && shard.fetch == nil ? 0 : 1
        for (number, answer) in shard.answers.enumerated() {
            for entry in answer.entries[(number == 0 ? shard.given : 0)...] { bytes += UInt64(entry.stored) }
        }
        return lag(shard.id, shard.descriptor, shard.position, bytes)
    }

    func lag(of found: FoundShard) -> PartitionLag {
        lag(found.shard.id, found.descriptor, found.position, 1)
    }

    private func lag(
        _ id: ByteString, _ descriptor: ShardDescriptor, _ position: ShardPosition, _ bytes: UInt64
    ) -> PartitionLag {
        let partition = Partition(source: source, id: id, descriptor: descriptor.encoded())
        return PartitionLag(
            state: PartitionState(partition: partition, position: .shard(position)), lagBytes: bytes, pendingBytes: 0)
    }
}
