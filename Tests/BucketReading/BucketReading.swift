import AWSClient
import Execution
import Foundation
import S3Reader
import UsageModel

/// Reads a bucket as a source does and does nothing with what it reads, for the comparison with programs that do no more:
/// `read-bucket ENDPOINT BUCKET`. Credentials and region are those of the environment.
///
/// It prints how many bytes and records there were.
@main
struct BucketReading {
    private struct Count {
        var bytes = 0
        var records = 0
    }

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else { fatalError("usage: read-bucket ENDPOINT BUCKET") }
        let environment = AWSEnvironment(variables: ProcessInfo.processInfo.environment)
        let transport = try NetworkTransport(caBundle: environment.caBundle, connectionsPerHost: 256)
        let region = try await environment.region(given: nil, profile: nil)
        let credentials = CredentialsProvider(
            environment: environment, transport: transport, profile: nil, region: region)
        let endpoint = AWSEndpoint.s3(
            bucket: arguments[2], region: region, override: try AWSEndpoint(url: arguments[1]), style: .path)
        let client = AWSClient(
            service: "s3", region: region, endpoint: endpoint, credentials: credentials, transport: transport)
        let start = ContinuousClock.now
        let reader = S3Reader(
            source: "bucket", bucket: S3Bucket(name: arguments[2], client: client),
            options: S3ReaderOptions(follows: false), ledger: CommittedPartitions([]), now: AWSTime.system.now,
            elapsed: { ContinuousClock.now - start })
        let count = try await read(reader)
        print("\(count.bytes) bytes, \(count.records) records")
    }

    private static func read(_ reader: S3Reader) async throws -> Count {
        try await withThrowingTaskGroup(of: Count?.self) { group in
            group.addTask {
                await reader.serve()
                return nil
            }
            group.addTask(executorPreference: BlockingExecutor(label: "reader")) {
                var reader = reader
                var count = Count()
                while true {
                    if let batch = try await reader.next() {
                        count.bytes += batch.contentCount
                        count.records += batch.records.count
                    } else if reader.isWaiting {
                        Readiness.wait(for: [reader.readiness].compactMap { $0 }, atMost: .seconds(1))
                    } else {
                        return count
                    }
                }
            }
            while let count = try await group.next() {
                if let count {
                    group.cancelAll()
                    return count
                }
            }
            return Count()
        }
    }
}
