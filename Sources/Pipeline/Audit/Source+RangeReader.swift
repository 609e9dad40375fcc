import FileReader
import S3Reader
import UsageModel

extension Source {
    /// What reads again what was committed of it; `nil` for a stream, which has no ranges that could be read again.
    /// - Parameters:
    ///   - latest: how far each of its partitions is committed.
    func rangeReader(
        _ connections: ServiceConnections, latest: [PartitionState]
    ) async throws(SourceError) -> (any RangeReader)? {
        switch place {
        case .files(let files):
            return try FileRangeReader(
                source: name, base: files.directory, include: files.include, exclude: files.exclude, rule: format.rule,
                options: FileReaderOptions(maximumOpenFiles: 64), latest: latest)
        case .s3(let bucket):
            return S3RangeReader(
                source: name, bucket: try await objects(of: bucket, connections), rule: format.rule)
        case .kinesis:
            return nil
        }
    }
}
