import AWSClient
import Foundation
import Testing
import UsageModel

@testable import S3Reader

/// A bucket of ten million keys, all of them read before: `ODOMETER_FULL=1`. What it takes is printed.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["ODOMETER_FULL"] == "1", "set ODOMETER_FULL=1"))
struct S3ReaderScaleTests {
    /// A bucket whose keys are numbers, which it makes as they are listed.
    private struct CountlessBucket: HTTPTransport {
        let keys: Int

        func send(_ request: HTTPRequest, limits: HTTPLimits) async throws(HTTPTransportError) -> HTTPResponse {
            let after = request.query.first { $0.name == "start-after" }?.value
            let first = after.flatMap { Int($0.drop { $0 == "0" }) }.map { $0 + 1 } ?? 1
            let last = min(first + 999, keys)
            var xml =
                "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>\(last < keys)</IsTruncated>"
            for number in first...max(first, last) {
                xml += "<Contents><Key>\(CountlessBucket.key(number))</Key>"
                xml +=
                    "<LastModified>2026-01-01T00:00:00Z</LastModified><ETag>&quot;e\(number)&quot;</ETag><Size>7</Size></Contents>"
            }
            return HTTPResponse(status: 200, body: Array((xml + "</ListBucketResult>").utf8))
        }

        static func key(_ number: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: 12 - digits.count) + digits
        }
    }

    private static func status(_ field: String) throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix(field) } ?? ""
        return Int(line.filter(\.isNumber)) ?? 0
    }

    /// Says of each key that all of it is committed.
    private static let ledger = CommittedPartitions { prefixes in
        prefixes.map { prefix in
            let key = S3Object.key(of: prefix)
            let number = String(decoding: key.bytes, as: UTF8.self).drop { $0 == "0" }
            let object = S3Object(
                key: key, etag: "e\(number)", size: 7, lastModified: Timestamp(nanoseconds: 0))
            var descriptor = S3Descriptor(object, in: "usage")
            descriptor.isComplete = true
            let partition = Partition(source: "s", id: object.id, descriptor: descriptor.encoded())
            return [PartitionState(partition: partition, position: .byte(7))]
        }
    }

    @Test("Ten million keys that were read are listed in memory that does not grow with them")
    func tenMillion() async throws {
        let keys = 10_000_000
        let time = AWSTime(
            now: { Timestamp(nanoseconds: 1_800_000_000_000_000_000) },
            sleep: { (_) async throws(CancellationError) in await Task.yield() }, random: { 0.5 })
        let client = AWSClient(
            service: "s3", region: "eu-west-1",
            endpoint: AWSEndpoint.s3(
                bucket: "usage", region: "eu-west-1", override: AWSEndpoint(scheme: .http, host: "memory"), style: .path
            ),
            credentials: CredentialsProvider(Credentials(accessKeyID: "A", secretAccessKey: "S")),
            transport: CountlessBucket(keys: keys), time: time)
        let reader = S3Reader(
            source: "s", bucket: S3Bucket(name: "usage", client: client), ledger: S3ReaderScaleTests.ledger,
            now: time.now, elapsed: { .zero })
        let before = try S3ReaderScaleTests.status("VmRSS")
        let start = ContinuousClock.now
        let read = try await withThrowingTaskGroup(of: Int?.self) { group in
            group.addTask {
                await reader.serve()
                return nil
            }
            group.addTask {
                var reader = reader
                var batches = 0
                while true {
                    if try await reader.next() != nil {
                        batches += 1
                    } else if reader.isWaiting {
                        await reader.wait()
                    } else {
                        return batches
                    }
                }
            }
            for try await batches in group {
                if let batches {
                    group.cancelAll()
                    return batches
                }
            }
            return -1
        }
        let most = try S3ReaderScaleTests.status("VmHWM")
        print("\(keys) keys listed in \(ContinuousClock.now - start); \(most - before) KiB more memory at the most")
        #expect(read == 0)
        #expect(most - before < 64 << 10)
    }
}
