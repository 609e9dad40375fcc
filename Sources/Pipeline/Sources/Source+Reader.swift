import AWSClient
import FileReader
import KinesisReader
import S3Reader
import SchemaValidation
import UsageModel

extension Source {
    /// A reader that goes on from the committed state.
    /// - Parameters:
    ///   - resume: all that is committed of this source; for a bucket looked up as it is wanted.
    ///   - selection: which partitions are read; `nil` for all.
    func reader(
        _ opening: SourceOpening, resume: () async throws(SourceError) -> [PartitionState], ledger: CommittedPartitions,
        selection: PartitionSelection? = nil
    ) async throws(SourceError) -> any SourceReader {
        switch place {
        case .files(let files):
            var reader = try fileReader(of: files, resume: try await resume(), opening)
            reader.selection = selection
            return reader
        case .s3(let bucket):
            var reader = try await bucketReader(of: bucket, ledger, opening)
            reader.selection = selection
            return reader
        case .kinesis(let stream):
            if selection != nil {
                throw SourceError(
                    source: name, message: "a stream cannot be read for a period; backfill it without --from and --to")
            }
            return try await streamReader(of: stream, resume: try await resume(), opening)
        }
    }

    func fileReader(
        of place: FilePlace, resume: [PartitionState], _ opening: SourceOpening? = nil
    ) throws(SourceError) -> FileReader {
        var options = FileReaderOptions()
        var schedule: ScanSchedule?
        if let opening {
            options.batchBytes = opening.batchBytes
            options.maximumOpenFiles = opening.maximumOpenFiles
            if opening.follows {
                // Those that are followed are fair between their files.
                options.turnBytes = 32 * opening.batchBytes
                schedule = ScanSchedule(interval: opening.pollInterval, now: opening.elapsed)
            }
        }
        return try FileReader(
            source: name, base: place.directory, include: place.include, exclude: place.exclude,
            ends: opening?.ends ?? .live, rule: format.rule, isWhole: { [format] in format.isWhole($0) },
            options: options, resume: resume, schedule: schedule)
    }

    private func bucketReader(
        of place: S3Place, _ ledger: CommittedPartitions, _ opening: SourceOpening
    ) async throws(SourceError) -> S3Reader {
        let objects = try await objects(of: place, opening.connections)
        let options = S3ReaderOptions(
            batchBytes: opening.batchBytes, follows: opening.follows, poll: place.poll, lookBack: place.lookBack,
            relist: place.relist)
        return S3Reader(
            source: name, bucket: objects,
            prefixes: place.prefixes, rule: format.rule, options: options, ledger: ledger, now: opening.now,
            elapsed: opening.elapsed)
    }

    /// The bucket, with a client for it.
    func objects(
        of place: S3Place, _ connections: ServiceConnections
    ) async throws(SourceError) -> S3Bucket {
        do throws(AWSError) {
            return try await connections.bucket(place)
        } catch { throw SourceError(source: name, message: error.description) }
    }

    private func streamReader(
        of place: KinesisPlace, resume: [PartitionState], _ opening: SourceOpening
    ) async throws(SourceError) -> KinesisReader {
        let client = try await client(of: "kinesis", at: place.service, opening.connections) { region, override in
            override ?? AWSEndpoint(service: "kinesis", region: region)
        }
        let start: KinesisStart =
            switch place.start {
            case .trimHorizon: .trimHorizon
            case .latest: .latest
            case .at(let time): .timestamp(time)
            }
        let options = KinesisOptions(
            batchBytes: opening.batchBytes, follows: opening.follows, agedOut: place.acceptsGaps ? .continue : .fail)
        return try KinesisReader(
            source: name, stream: place.stream, client: client, start: start, options: options, resume: resume)
    }

    private func client(
        of service: String, at place: ServicePlace, _ connections: ServiceConnections,
        endpoint: (String, AWSEndpoint?) -> AWSEndpoint
    ) async throws(SourceError) -> AWSClient {
        do throws(AWSError) {
            return try await connections.client(of: service, at: place, endpoint: endpoint)
        } catch { throw SourceError(source: name, message: error.description) }
    }
}
