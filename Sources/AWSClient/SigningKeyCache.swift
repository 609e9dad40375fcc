import Crypto
import Synchronization

/// Keeps the signing key that was derived last: it is good for a day, a region and a service.
final class SigningKeyCache: Sendable {
    private struct Entry {
        var secret: String
        var scope: [String]
        var key: SymmetricKey
    }

    private let last = Mutex<Entry?>(nil)

    func key(of credentials: Credentials, day: String, region: String, service: String) -> SymmetricKey {
        let scope = [day, region, service]
        return last.withLock { last in
            if let entry = last, entry.scope == scope, entry.secret == credentials.secretAccessKey { return entry.key }
            var key = SymmetricKey(data: Array("AWS4\(credentials.secretAccessKey)".utf8))
            for part in scope + ["aws4_request"] {
                key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
            }
            last = Entry(secret: credentials.secretAccessKey, scope: scope, key: key)
            return key
        }
    }
}
