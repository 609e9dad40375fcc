import UsageModel

/// Credentials of a role, for a token of an identity provider, as pods of EKS have one
/// (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html).
struct WebIdentityCredentials: Sendable {
    let role: String
    /// Read each time: the token in it is replaced before it expires.
    let tokenFile: String
    let session: String
    let region: String?
    let environment: AWSEnvironment
    let fetcher: CredentialsFetcher

    func load() async throws(AWSError) -> Credentials {
        guard let contents = try await environment.read(tokenFile) else {
            throw AWSError(
                kind: .credentialsMissing, message: "the web identity's token file \(tokenFile) is not there")
        }
        let token = String(decoding: contents, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined()
        let endpoint = try endpoint()
        let place = "AssumeRoleWithWebIdentity at \(endpoint)"
        let form = [
            ("Action", "AssumeRoleWithWebIdentity"), ("Version", "2011-06-15"), ("RoleArn", role),
            ("RoleSessionName", session), ("WebIdentityToken", token),
        ]
        let request = HTTPRequest(
            method: "POST", scheme: endpoint.scheme, host: endpoint.host, port: endpoint.port,
            path: PercentEncoding.encode(endpoint.basePath, keepsSlash: true) + "/",
            headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/xml")],
            body: Array(
                form.map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&").utf8))
        let response: HTTPResponse
        do throws(HTTPTransportError) {
            // STS may not reach the identity provider; that passes.
            response = try await fetcher.send(request) { ServiceFault($0).code == "IDPCommunicationError" }
        } catch {
            throw CredentialsFetcher.failure(error, from: place)
        }
        guard response.isSuccess else { throw CredentialsFetcher.refusal(response, from: place) }
        guard let credentials = WebIdentityCredentials.credentials(in: response.body) else {
            throw AWSError(
                kind: .invalidAnswer, status: response.status, message: "the answer holds no credentials", place: place)
        }
        return credentials
    }

    private func endpoint() throws(AWSError) -> AWSEndpoint {
        if let endpoint = try environment.endpoint(of: "sts") { return endpoint }
        guard let region = region ?? environment.value("AWS_REGION") ?? environment.value("AWS_DEFAULT_REGION") else {
            return AWSEndpoint(host: "sts.amazonaws.com")
        }
        return AWSEndpoint(service: "sts", region: region)
    }

    private static func credentials(in body: [UInt8]) -> Credentials? {
        var values: [String: String] = [:]
        for leaf in XMLLeaf.all(in: body) ?? [] where leaf.path.dropLast().last == "Credentials" {
            values[leaf.path.last ?? ""] = leaf.text
        }
        guard let key = values["AccessKeyId"], let secret = values["SecretAccessKey"],
            let token = values["SessionToken"], let expiration = values["Expiration"].flatMap({ Timestamp($0) })
        else { return nil }
        return Credentials(accessKeyID: key, secretAccessKey: secret, sessionToken: token, expiration: expiration)
    }
}
