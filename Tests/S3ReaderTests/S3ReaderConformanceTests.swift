import Compression
import SourceConformance
import Testing
import UsageModel

/// What every source reader promises, of objects in a bucket.
@Suite struct S3ReaderConformanceTests {
    @Test(
        "It keeps what every source reader promises", arguments: SourcePromise.allCases,
        [nil] + CompressionKind.allCases.map(Optional.some))
    func promises(promise: SourcePromise, kind: CompressionKind?) async throws {
        try await promise.check {
            var fixture = BucketFixture()
            if let kind { fixture.packed = { Compressed.bytes($0, kind) } }
            return fixture
        }
    }
}
