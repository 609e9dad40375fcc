public import UsageModel

extension Configuration {
    /// How far each partition is behind what its source holds now. Reads no records.
    ///
    /// - Parameter resume: how far the ledger is; partitions that are no longer there are behind nothing.
    /// - Throws: `SourceError` when a source's patterns or its state in the ledger cannot be used.
    public func lag(resume: [PartitionState]) async throws(SourceError) -> [PartitionLag] {
        var all: [PartitionLag] = []
        for source in sources {
            var reader = try source.reader(resume: resume)
            all += try await reader.lag()
        }
        let found = Set(all.map { PartitionKey($0.state.partition) })
        let gone = resume.filter { !found.contains(PartitionKey($0.partition)) }
        return all + gone.map { PartitionLag(state: $0, lagBytes: 0, pendingBytes: 0) }
    }
}
