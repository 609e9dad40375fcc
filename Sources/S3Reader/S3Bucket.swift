public import AWSClient
import UsageModel

/// A bucket that is read: listed, and its objects fetched.
public struct S3Bucket: Sendable {
    public let name: String
    let client: AWSClient
    private let paysRequests: Bool
    /// The version of an object that ``get(_:_:)`` asks for; `nil` for the one that is there now.
    var version: String?

    /// - Parameters:
    ///   - client: of the service `s3`, with the bucket in its endpoint.
    ///   - paysRequests: whether this account pays for the requests, which a bucket of requester pays wants to be told.
    public init(name: String, client: AWSClient, paysRequests: Bool = false) {
        self.name = name
        self.client = client
        self.paysRequests = paysRequests
    }

    var headers: [(name: String, value: String)] {
        paysRequests ? [(name: "x-amz-request-payer", value: "requester")] : []
    }

    /// One page of a listing, in the byte order of the keys.
    ///
    /// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
    /// - Parameter start: where it begins.
    func list(_ prefix: ByteString, from start: ListingStart, keys: Int) async throws(AWSError) -> S3Page {
        // Keys may hold what XML cannot.
        var query = [
            (name: "list-type", value: "2"), (name: "encoding-type", value: "url"),
            (name: "max-keys", value: String(keys)), (name: "prefix", value: prefix.description),
        ]
        switch start {
        case .beginning: break
        case .after(let key): query.append((name: "start-after", value: key.description))
        case .token(let token): query.append((name: "continuation-token", value: token))
        }
        let limits = HTTPLimits(maximumBodyBytes: 16 << 20, totalTimeout: .seconds(120))
        let request = AWSRequest(
            query: query, headers: headers, limits: limits, isAnsweredByDocument: true)
        return try await client.send(request) { (response) throws(AWSDecodingError) in
            let page = try S3PageParser.parse(response.body)
            // A damaged answer that is whole XML all the same.
            if let key = page.objects.first(where: { !$0.key.bytes.starts(with: prefix.bytes) })?.key {
                throw AWSDecodingError("the key \(key.shown) does not begin with what was asked for")
            }
            if case .after(let key) = start, let first = page.objects.first, !(key < first.key) {
                throw AWSDecodingError("it begins at or before \(key.shown), behind which it was asked to begin")
            }
            return page
        }
    }

    /// A part of an object, of the contents that were listed and no other.
    ///
    /// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    /// - Throws: kind `preconditionFailed` where the object has other contents now, `notFound` where there is none, or no such version.
    func get(_ object: S3Object, _ range: Range<UInt64>) async throws(AWSError) -> S3Part {
        var headers = headers
        headers.append((name: "if-match", value: "\"\(object.etag)\""))
        let isWhole = range == 0..<object.size
        if !isWhole {
            headers.append((name: "range", value: "bytes=\(range.lowerBound)-\(range.upperBound - 1)"))
        }
        // A little more than should come: an answer of a wrong length is one that was damaged on the way.
        let limits = HTTPLimits(maximumBodyBytes: range.count + (64 << 10))
        let query = version.map { [(name: "versionId", value: $0)] } ?? []
        let request = AWSRequest(path: "/" + object.key.description, query: query, headers: headers, limits: limits)
        return try await client.send(request) { (response) throws(AWSDecodingError) in
            let expected = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(object.size)"
            if !isWhole {
                guard response.status == 206, response.header("content-range") == expected else {
                    throw AWSDecodingError("another part came than \(expected)")
                }
            }
            guard response.body.count == range.count else {
                throw AWSDecodingError("\(response.body.count) bytes came, and not \(range.count)")
            }
            if let etag = response.header("etag"), S3PageParser.unquoted(etag) != object.etag {
                throw AWSDecodingError("an object with the ETag \(etag) came")
            }
            let version = response.header("x-amz-version-id")
            return S3Part(bytes: response.body, version: version == "null" ? nil : version)
        }
    }
}

/// Where a page of a listing begins.
enum ListingStart: Sendable, Hashable {
    case beginning
    case after(ByteString)
    /// Where a page without a key said that it goes on.
    case token(String)
}

/// Some bytes of an object.
struct S3Part: Sendable {
    var bytes: [UInt8]
    /// Of the object, where its bucket keeps versions.
    var version: String?
}
