import Crypto
import UsageModel

/// Signs requests with AWS Signature Version 4
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
struct RequestSigner: Sendable {
    /// How a path goes into the signature.
    enum PathRule: Sendable {
        /// As it is sent, and nothing normalised: S3, whose keys may hold `//` and `..`.
        case asSent
        /// Without `//`, `.` and `..`, and encoded once more: every other service.
        case normalized
    }

    let service: String
    let region: String
    let pathRule: PathRule
    private let keys = SigningKeyCache()

    init(service: String, region: String) {
        self.init(service: service, region: region, pathRule: service == "s3" ? .asSent : .normalized)
    }

    init(service: String, region: String, pathRule: PathRule) {
        self.service = service
        self.region = region
        self.pathRule = pathRule
    }

    /// Returns the request with the headers that sign it: `Host`, `X-Amz-Date`, for S3 `X-Amz-Content-SHA256`, the
    /// session token and `Authorization`. All headers it has are signed, less those that proxies change.
    func sign(_ request: HTTPRequest, with credentials: Credentials, at time: Timestamp) -> HTTPRequest {
        var signed = request
        let stamp = time.amazonStamp
        let payloadHash = Hexadecimal.text(SHA256.hash(data: request.body))
        if request.header("host") == nil { signed.headers.append(("Host", request.authority)) }
        signed.headers.append(("X-Amz-Date", stamp))
        if service == "s3" { signed.headers.append(("X-Amz-Content-SHA256", payloadHash)) }
        if let token = credentials.sessionToken { signed.headers.append(("X-Amz-Security-Token", token)) }

        let canonical = canonicalRequest(signed, payloadHash: payloadHash)
        let day = String(stamp.prefix(8))
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let hash = Hexadecimal.text(SHA256.hash(data: Array(canonical.text.utf8)))
        let key = keys.key(of: credentials, day: day, region: region, service: service)
        let signature = HMAC<SHA256>.authenticationCode(
            for: Array("AWS4-HMAC-SHA256\n\(stamp)\n\(scope)\n\(hash)".utf8), using: key)
        signed.headers.append(
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), "
                    + "SignedHeaders=\(canonical.signedHeaders), Signature=\(Hexadecimal.text(signature))"
            ))
        return signed
    }

    func canonicalRequest(_ request: HTTPRequest, payloadHash: String) -> (text: String, signedHeaders: String) {
        let headers = canonicalHeaders(request.headers)
        let signedHeaders = headers.map(\.name).joined(separator: ";")
        let lines = headers.map { "\($0.name):\($0.value)\n" }.joined()
        let text =
            "\(request.method)\n\(canonicalPath(request.path))\n\(canonicalQuery(request.query))\n"
            + "\(lines)\n\(signedHeaders)\n\(payloadHash)"
        return (text, signedHeaders)
    }

    private func canonicalPath(_ path: String) -> String {
        switch pathRule {
        case .asSent: path
        case .normalized: PercentEncoding.encode(RequestSigner.normalized(path), keepsSlash: true)
        }
    }

    /// Removes the dot segments (RFC 3986, section 5.2.4) and the empty ones.
    private static func normalized(_ path: String) -> String {
        var kept: [Substring] = []
        let segments = path.split(separator: "/")
        for segment in segments {
            switch segment {
            case ".": continue
            case "..": _ = kept.popLast()
            default: kept.append(segment)
            }
        }
        let isDirectory = path.hasSuffix("/") || segments.last == "." || segments.last == ".."
        return "/" + kept.joined(separator: "/") + (isDirectory && !kept.isEmpty ? "/" : "")
    }

    /// Sorted by the bytes of the encoded name, then of the encoded value.
    private func canonicalQuery(_ query: [(name: String, value: String)]) -> String {
        let pairs = query.map { (name: PercentEncoding.encode($0.name), value: PercentEncoding.encode($0.value)) }
        let sorted = pairs.sorted { left, right in
            left.name == right.name ? left.value < right.value : left.name < right.name
        }
        return sorted.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    /// One line a name, sorted; values trimmed, runs of spaces made one, and those of one name joined by commas.
    private func canonicalHeaders(_ headers: [(name: String, value: String)]) -> [(name: String, value: String)] {
        var values: [String: [String]] = [:]
        for header in headers {
            let name = header.name.lowercased()
            if RequestSigner.unsigned.contains(name) { continue }
            values[name, default: []].append(RequestSigner.trimmed(header.value))
        }
        return values.map { (name: $0.key, value: $0.value.joined(separator: ",")) }.sorted { $0.name < $1.name }
    }

    /// By bytes: to `Character`, a space before a combining mark is none.
    private static func trimmed(_ value: String) -> String {
        let words = value.utf8.split { $0 == UInt8(ascii: " ") || (9...13).contains($0) }
        return words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }

    /// What proxies may change on the way.
    private static let unsigned: Set<String> = [
        "authorization", "connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id",
    ]
}
