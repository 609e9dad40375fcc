public import UsageModel

extension Configuration {
    /// How far each partition is behind what its source holds now. Reads no records.
    ///
    /// - Parameters:
    ///   - resume: how far the ledger is; partitions that are no longer there are behind nothing.
    ///   - now: the wall clock.
    /// - Returns: the lags, and which sources could not be asked and why; what is committed of these is told all the same.
    public func lag(
        resume: [PartitionState], now: @escaping @Sendable () -> Timestamp
    ) async -> (lags: [PartitionLag], troubles: [SourceError]) {
        let connections = ServiceConnections()
        let opening = SourceOpening(connections: connections, now: now, elapsed: { .zero })
        let states = Dictionary(grouping: resume) { ByteString($0.partition.source) }
        var all: [PartitionLag] = []
        var troubles: [SourceError] = []
        for source in sources {
            let known = states[ByteString(source.name)] ?? []
            do throws(SourceError) {
                var reader = try await source.reader(
                    opening, resume: { () throws(SourceError) in known }, ledger: CommittedPartitions(known))
                all += try await reader.lag()
            } catch { troubles.append(error) }
        }
        let found = Set(all.map { PartitionKey($0.state.partition) })
        let gone = resume.filter { !found.contains(PartitionKey($0.partition)) }
        return (all + gone.map { PartitionLag(state: $0, lagBytes: 0, pendingBytes: 0) }, troubles)
    }
}
