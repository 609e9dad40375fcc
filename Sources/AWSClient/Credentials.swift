public import UsageModel

/// An access key of AWS.
public struct Credentials: Sendable, Hashable {
    /// Names the key; it is no secret.
    public var accessKeyID: String
    public var secretAccessKey: String
    /// Of temporary credentials.
    public var sessionToken: String?
    /// When they stop to hold; `nil` for never, or for not known.
    public var expiration: Timestamp?

    public init(
        accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Timestamp? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
    }

    /// The text without the secret key and the session token, which some services repeat in their messages.
    func redact(_ text: String) -> String {
        var text = text
        for secret in [secretAccessKey, sessionToken ?? ""] where !secret.isEmpty {
            text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "…")
        }
        return text
    }
}

/// Shows the key's name, never the secret.
extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "credentials \(accessKeyID)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}
