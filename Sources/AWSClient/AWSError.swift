/// Why a service did not do what was asked.
public struct AWSError: Error, Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The service was asked too often or for too much.
        case throttled
        /// The machine's clock is wrong, and correcting by the service's did not help.
        case clockSkew
        /// The credentials no longer hold, and no newer ones were found.
        case expiredCredentials
        /// No credentials were found, or what says where they are cannot be read.
        case credentialsMissing
        case accessDenied
        case notFound
        /// Another version is there than the one that was asked for, or the same as before.
        case preconditionFailed
        /// An iterator of Kinesis has to be asked for anew.
        case expiredIterator
        /// What was asked for is in another region or at another endpoint; see ``AWSError/region``.
        case redirected
        /// The network or the service failed, each time it was tried.
        case transient
        /// The service answered what cannot be read, or more than is allowed, each time it was tried.
        case invalidAnswer
        /// The request, or what it is made from, is wrong.
        case refused
        case cancelled
    }

    public var kind: Kind
    /// Of the HTTP answer, where there was one.
    public var status: Int?
    /// The service's own word, such as `NoSuchKey`.
    public var code: String?
    /// What went wrong, in one line.
    public var message: String
    /// What AWS's support asks for.
    public var requestID: String?
    /// What was asked of whom, such as `GET https://bucket.s3.eu-west-1.amazonaws.com/key`.
    public var place: String?
    /// Where the bucket is, when the service tells.
    public var region: String?
    /// How often it was tried.
    public var attempts: Int

    public init(
        kind: Kind, status: Int? = nil, code: String? = nil, message: String, requestID: String? = nil,
        place: String? = nil, region: String? = nil, attempts: Int = 1
    ) {
        self.kind = kind
        self.status = status
        self.code = code
        self.message = message
        self.requestID = requestID
        self.place = place
        self.region = region
        self.attempts = attempts
    }
}

extension AWSError: CustomStringConvertible {
    public var description: String {
        if kind == .cancelled { return "cancelled" + (place.map { ": \($0)" } ?? "") }
        var text = place.map { "\($0): " } ?? ""
        if let status { text += "\(status) " }
        if let code { text += "\(code): " }
        text += message
        if attempts > 1 { text += ", \(attempts) times" }
        if let requestID { text += " (request \(requestID))" }
        return advice.map { "\(text); \($0)" } ?? text
    }

    private var advice: String? {
        switch kind {
        case .throttled: "ask less often, or have the service's limit raised"
        case .clockSkew: "set this machine's clock"
        case .expiredCredentials: "renew the credentials"
        case .accessDenied: "give these credentials the right to do it"
        case .notFound: "check the name and the region"
        case .redirected:
            region.map { "set the region \($0)" } ?? "set the region or the endpoint that the service is at"
        case .transient: "check the network and the service's health"
        case .invalidAnswer: "check that the endpoint is the service's"
        case .credentialsMissing, .preconditionFailed, .expiredIterator, .refused, .cancelled: nil
        }
    }
}
