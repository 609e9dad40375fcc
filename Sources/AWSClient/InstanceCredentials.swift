/// Credentials of an instance of EC2, by version 2 of its metadata service only
/// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html).
struct InstanceCredentials: Sendable {
    enum Outcome {
        case found(Credentials)
        /// Why there are none.
        case nothing(String)
    }

    let environment: AWSEnvironment
    let fetcher: CredentialsFetcher

    /// Elsewhere than on EC2 nothing answers there.
    private static let limits = HTTPLimits(
        maximumBodyBytes: 64 << 10, connectTimeout: .seconds(1), readIdleTimeout: .seconds(2), totalTimeout: .seconds(4)
    )
    private static let path = "/latest/meta-data/iam/security-credentials/"

    func load() async throws(AWSError) -> Outcome {
        if environment.value("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true" {
            return .nothing("and AWS_EC2_METADATA_DISABLED is set")
        }
        let endpoint = try endpoint()
        let place = "instance metadata at \(endpoint)"
        let answer: HTTPResponse
        do throws(HTTPTransportError) {
            let token = try await token(at: endpoint)
            guard token.isSuccess else { return .nothing("and the \(place) answers \(token.status)") }
            let headers = [(name: "X-aws-ec2-metadata-token", value: String(decoding: token.body, as: UTF8.self))]
            let roles = try await get("", at: endpoint, headers)
            if roles.status == 404 { return .nothing("and the instance has no role") }
            let role = String(decoding: roles.body, as: UTF8.self).split(whereSeparator: \.isNewline).first ?? ""
            guard roles.isSuccess, !role.isEmpty else { return .nothing("and the \(place) answers \(roles.status)") }
            answer = try await get(PercentEncoding.encode(String(role)), at: endpoint, headers)
        } catch {
            if error == .cancelled { throw CredentialsFetcher.failure(error, from: place) }
            return .nothing("and the \(place) does not answer (\(error))")
        }
        return .found(try CredentialsFetcher.credentials(in: answer, from: place))
    }

    private func endpoint() throws(AWSError) -> AWSEndpoint {
        if let url = environment.value("AWS_EC2_METADATA_SERVICE_ENDPOINT") { return try AWSEndpoint(url: url) }
        let mode = environment.value("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")?.lowercased()
        return AWSEndpoint(scheme: .http, host: mode == "ipv6" ? "[fd00:ec2::254]" : "169.254.169.254")
    }

    private func token(at endpoint: AWSEndpoint) async throws(HTTPTransportError) -> HTTPResponse {
        let request = HTTPRequest(
            method: "PUT", scheme: endpoint.scheme, host: endpoint.host, port: endpoint.port,
            path: endpoint.basePath + "/latest/api/token",
            headers: [("X-aws-ec2-metadata-token-ttl-seconds", "300")])
        return try await fetcher.send(request, limits: InstanceCredentials.limits, attempts: 2)
    }

    private func get(
        _ name: String, at endpoint: AWSEndpoint, _ headers: [(name: String, value: String)]
    ) async throws(HTTPTransportError) -> HTTPResponse {
        let path = endpoint.basePath + InstanceCredentials.path + name
        return try await fetcher.send(
            CredentialsFetcher.get(endpoint, path: path, headers: headers), limits: InstanceCredentials.limits,
            attempts: 2)
    }
}
