import FoundationEssentials
import Testing

@testable import AWSClient

/// A random request with the signature that another program gave it; see `Signatures/generate.py`.
struct ForeignSignature: Decodable {
    var service: String
    var region: String
    var key: String
    var secret: String
    var token: String?
    var time: Int64
    var method: String
    var path: String
    var query: [[String]]
    var headers: [[String]]
    var body: String
    var authorization: String

    static func all() throws -> [ForeignSignature] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Signatures/requests.json")
        return try JSONDecoder().decode([ForeignSignature].self, from: Data(contentsOf: file))
    }

    var request: HTTPRequest {
        HTTPRequest(
            method: method, host: "not.used", path: PercentEncoding.encode(path, keepsSlash: true),
            query: query.map { ($0[0], $0[1]) }, headers: headers.map { ($0[0], $0[1]) }, body: Array(body.utf8))
    }

    var credentials: Credentials {
        Credentials(accessKeyID: key, secretAccessKey: secret, sessionToken: token)
    }
}
